import { assertEquals } from "@std/assert";
import { evaluationLine, shareLine } from "../../lib/cli/training_output.ts";

Deno.test("what is under way is shown as a bar to people who watch, and in plain words in a log", () => {
  const news = {
    kind: "evaluating",
    model: "a",
    of: { suite: "carry", size: 20, count: 8 },
    share: 0.35,
  } as const;
  const watched = evaluationLine(news, false, { watched: true });
  assertEquals(watched, "evaluating carry at size 20 ████░░░░░░░░ 35.0%");
  assertEquals(evaluationLine(news, false, { watched: false }), "evaluating carry at size 20: 35.0%");
  assertEquals(evaluationLine(news, true, { watched: false }), "evaluating a, carry at size 20: 35.0%");
  assertEquals(shareLine("solving", 1, { watched: false }), "solving: 100%");
});
