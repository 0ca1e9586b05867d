import { assertEquals, assertMatch } from "@std/assert";
import { bar, formatDuration, Progress } from "../../lib/cli/progress.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("formatDuration() and bar() are readable", () => {
  const durations = [0, 12.4, 59.6, 185, 3599.4, 3600, 3720, 360_000];
  assertEquals(durations.map(formatDuration), [
    ...["0 s", "12 s", "1 min 00 s", "3 min 05 s", "59 min 59 s", "1 h 00 min", "1 h 02 min", "100 h 00 min"],
  ]);
  assertEquals([-1, 0, 0.5, 1, 2].map((f) => bar(f, 4)), ["░░░░", "░░░░", "██░░", "████", "████"]);
});

/** A stream that remembers what it was told, a few bytes at a time. */
function fakeStream(
  isTerminal: boolean,
): { isTerminal(): boolean; writeSync(data: Uint8Array): number; text: string } {
  return {
    text: "",
    isTerminal: () => isTerminal,
    writeSync(data) {
      const taken = data.subarray(0, 7);
      this.text += new TextDecoder().decode(taken);
      return taken.length;
    },
  };
}

Deno.test("Progress rewrites its lines on a terminal", () => {
  const stream = fakeStream(true);
  const progress = new Progress({ stream });
  progress.update("one", ["two"]);
  progress.update("too soon");
  progress.note("a note");
  progress.update("x".repeat(10_000));
  progress.end();
  progress.end();
  const written = stream.text.replaceAll("\x1b[1A", "<up>").replaceAll("\r\x1b[J", "<clear>");
  assertMatch(written, /^<clear>one\ntwo<up><clear>a note\n<clear>x{10,2000}<clear>$/);
});

Deno.test("Progress says nothing where it is told to be quiet but why the command fails", () => {
  const stream = fakeStream(true);
  const progress = new Progress({ stream, quiet: true });
  progress.update("one");
  progress.note("a note");
  progress.end();
  assertEquals([stream.text, progress.watched], ["", false]);
  progress.verdict("Below 0.9\x1b[2J");
  assertEquals(stream.text, "Below 0.9\\u001b[2J\n");
});

Deno.test("Progress shows what moves cursors and forges lines as it was written", () => {
  const stream = fakeStream(false);
  new Progress({ stream }).note("a\x1b[2J\nerror: b");
  assertEquals(stream.text, "a\\u001b[2J\\u000aerror: b\n");
});

Deno.test("Progress prints plain lines, now and then, where there is no terminal", () => {
  using clock = new FakeClock();
  const stream = fakeStream(false);
  const progress = new Progress({ stream, plainSeconds: 0.05 });
  progress.update("short work has none");
  progress.note("a note");
  clock.pass(60);
  progress.update("one", ["on a terminal alone"]);
  progress.update("too soon");
  clock.pass(60);
  progress.update("two");
  progress.end();
  assertEquals(stream.text, "a note\none\ntwo\n");
});

Deno.test("Progress outlives its stream", () => {
  const closed = () => {
    throw new Deno.errors.BrokenPipe("gone");
  };
  new Progress({ stream: { isTerminal: () => false, writeSync: closed } }).note("nobody hears this");
});
