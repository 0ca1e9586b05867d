import { assertEquals } from "@std/assert";
import { evaluationLine, shareLine } from "../../lib/cli/training_output.ts";

Deno.test("what is under way is shown as a bar to people who watch, and in plain words in a log", () => {
  const of = { suite: "carry", size: 20 };
  const watched = evaluationLine(of, 0.35, { watched: true });
  assertEquals(watched, "evaluating carry at size 20 ████░░░░░░░░ 35.0%");
  assertEquals(evaluationLine(of, 0.35, { watched: false }), "evaluating carry at size 20: 35.0%");
  assertEquals(shareLine("solving", 1, { watched: false }), "solving: 100%");
});
