// What a long call tells, read as a stream.
import { assert, assertEquals } from "@std/assert";
import { newsOf } from "../../lib/async/news.ts";

Deno.test("the call waits while the reader has what it told, and the reader gets its result", async () => {
  const seen: string[] = [];
  const stream = newsOf<string, number>(async ({ tell }) => {
    for (const news of ["a", "b"]) {
      seen.push(`before ${news}`);
      await tell(news);
    }
    return 7;
  });
  let next = await stream.next();
  while (!next.done) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.push(`read ${next.value}`);
    next = await stream.next();
  }
  assertEquals(next.value, 7);
  assertEquals(seen, ["before a", "read a", "before b", "read b"]);
});

Deno.test("of news in passing a slow reader gets one, and what was told is never lost", async () => {
  const heard: string[] = [];
  const call = newsOf<string, void>(async ({ tell, mention }) => {
    await tell("begin");
    for (let i = 0; i < 100; i++) mention(`passing ${i}`);
    tell("note"); // not waited for
    await tell("end");
  });
  for await (const news of call) heard.push(news);
  assertEquals(heard, ["begin", "passing 0", "note", "end"]);
});

Deno.test("a call whose reader has left is told so, ends before the loop does, and its own error is thrown", async () => {
  const broken = new Error("broken");
  for (const [what, expected] of [["signal", undefined], [broken, broken]] as const) {
    let ended = false;
    const stream = newsOf<string, void>(async ({ tell }, left) => {
      await tell("a");
      assert(left.aborted);
      await tell("nobody hears it");
      await new Promise((resolve) => setTimeout(resolve, 2));
      ended = true;
      if (what !== "signal") throw what;
      left.throwIfAborted();
    });
    const thrown = await (async () => {
      for await (const _ of stream) break;
    })().catch((thrown) => thrown);
    assert(thrown === expected && ended);
  }
});
