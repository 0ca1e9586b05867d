import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { evaluate, loadModel, problems, RunError, saveModel, train, UsageError } from "../mod.ts";
import { lineOf } from "../lib/cli/sentence.ts";
import { tf } from "../lib/deps.ts";
import {
  type ErrorDetails,
  option,
  receivedError,
  say,
  sentError,
  type ToolkitError,
} from "../lib/errors.ts";
import { checkConfiguration, parseSetting } from "../lib/model/check_configuration.ts";
import { findPreset, resolve } from "../lib/model/presets.ts";
import { emptyDirectory } from "./support/process.ts";
import { untrained } from "./support/untrained.ts";

/** What an error tells programs, callers of the library, and people at the command line. */
function toldBy(error: ToolkitError): ErrorDetails & { message: string; line: string } {
  const { code, subject, given, expected, message } = error;
  return { code, subject, given, expected, message, line: lineOf(error) };
}

Deno.test("an error names an option as the library does, and on the command line as a flag", async () => {
  const expected = "a whole number from 1 to 100000";
  const data = { code: "wrong_value", subject: "max_size", given: "0", expected } as const;
  assertEquals(toldBy(assertThrows(() => parseSetting("max_size", "0"), UsageError)), {
    ...data,
    message: `Cannot use max_size 0: expected ${expected}`,
    line: `Cannot use --max-size 0: expected ${expected}`,
  });
  const refused = await assertRejects(() => train({ configuration: { max_size: 0 } }), UsageError);
  const message = `Cannot train with max_size 0: expected ${expected}`;
  assertEquals(toldBy(refused), { ...data, message, line: message });
  // Also where it is another option that is named in what was expected.
  const bmul = { ...resolve(findPreset("default"), problems.bmul!), state_noise_after_mastery: 0 };
  const noise = toldBy(assertThrows(() => checkConfiguration(bmul), UsageError));
  assertEquals(
    noise.expected,
    `more than 0 with state_noise_target_accuracy ${bmul.state_noise_target_accuracy}, as the noise grows from there`,
  );
  assertEquals(noise.line.match(/--[a-z-]+/g), [
    "--state-noise-after-mastery",
    "--state-noise-target-accuracy",
  ]);
  // A list's flag takes one of its values at a time, and has its name.
  const models = [{ model: untrained(problems.copy!, 1, { maps: 2 }), name: "mine" }];
  const hard = toldBy(await assertRejects(() => evaluate({ models, suites: ["hard"] }).next(), UsageError));
  assertEquals([hard.subject, hard.given], ["suites", "hard"]);
  assertEquals(hard.message, "Cannot use suites hard: expected random or carry or adversarial");
  assertEquals(hard.line, "Cannot use --suite hard: expected random or carry or adversarial");
  assertEquals(tf.engine().backendName ?? null, null, "nothing was started");
});

Deno.test("an error about a file names it, and keeps the options that the reason names", async () => {
  const path = `${emptyDirectory()}/model.safetensors`;
  const model = untrained(problems.copy!, 1, { maps: 2 });
  await saveModel(path, { ...model, configuration: { ...model.configuration, batch_size: 0 } });
  const { code, subject, message, line } = toldBy(await assertRejects(() => loadModel(path), RunError));
  assertEquals([code, subject], ["wrong_file", path]);
  const reason = (name: string) =>
    `its configuration is wrong: Cannot use ${name} 0: expected a whole number`;
  assert(message.startsWith(`Cannot read ${path}: ${reason("batch_size")}`), message);
  assert(line.startsWith(`Cannot read ${path}: ${reason("--batch-size")}`), line);
  const missing = toldBy(await assertRejects(() => loadModel(`${path}.old`), RunError));
  assertEquals([missing.code, missing.subject], ["file_access", `${path}.old`]);
});

Deno.test("an error is the same after it was sent to another process or thread", () => {
  const sentence = say`Cannot hold ${5} GB: try fewer ${option("maps")}`;
  for (const kind of [RunError, UsageError]) {
    const error = new kind(sentence, {
      code: "too_large",
      subject: "maps",
      expected: say`${option("maps")} 4`,
    });
    const sent = sentError(error)!;
    for (const copy of [JSON.parse(JSON.stringify(sent)), structuredClone(sent)]) {
      const received = receivedError(copy);
      assert(received instanceof kind);
      assertEquals(toldBy(received), toldBy(error));
    }
  }
  assertEquals(sentError(new TypeError("a bug")), undefined);
});
