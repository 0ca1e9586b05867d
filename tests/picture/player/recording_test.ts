import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Automaton, loadAutomaton, loadModel, type Model, trace } from "../../../mod.ts";
import { packPageData, type PageData } from "../../../lib/picture/page_data.ts";
import { computerOf } from "../../../lib/picture/player/computer.ts";
import { ask } from "../../../lib/picture/player/question.ts";
import type { Damages, Recording } from "../../../lib/picture/player/recording.ts";
import { Scene } from "../../../lib/picture/player/scene.ts";
import { root } from "../../support/process.ts";

/** A scene from the data of a page, as it stands in the page. */
function sceneOf(model: Model | Automaton, input: string): Scene {
  const data: PageData = JSON.parse(JSON.stringify(packPageData(model, { name: "a", input })));
  return new Scene(ask(input, data.model), computerOf(data));
}

function computed(recording: Recording): Recording {
  while (!recording.complete) recording.advance();
  return recording;
}

Deno.test("a recording has the states of a trace, in any order", async () => {
  const model = await loadModel("badd");
  const input = "1011+0110";
  const states = await Array.fromAsync(trace(model, input, { backend: "wasm" }), ({ state }) => state);
  const recording = computed(sceneOf(model, input).undamaged);
  assertEquals([recording.known, recording.stride], [9, 1]);
  for (const step of [9, 0, 5, 4, 8]) {
    const away = recording.stateAt(step).map((value, i) => Math.abs(value - states[step]![i]!));
    assert(Math.max(...away) < 1e-6, `step ${step} is ${Math.max(...away)} away`);
  }
});

Deno.test("a recording of an automaton has the states of its trace, in any order", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);
  const input = "10110110";
  const states = await Array.fromAsync(trace(automaton, input), ({ state }) => state);
  const scene = sceneOf(automaton, input);
  const recording = computed(scene.undamaged);
  for (const step of [8, 0, 5, 4]) assertEquals(recording.stateAt(step), states[step]);
  assertEquals(Array.from(scene.readOut(recording, 8).written), [1, 2, 2, 1, 2, 2, 1, 2]);
});

Deno.test("a long recording keeps a part of its states, and computes the others to the same bits", async () => {
  const model = await loadModel("badd");
  const input = `${"10".repeat(200)}+${"01".repeat(200)}`;
  const { undamaged } = sceneOf(model, input);
  const seen: Float32Array[] = [];
  while (undamaged.known < 5) {
    seen.push(undamaged.stateAt(undamaged.known));
    undamaged.advance();
  }
  assertEquals(undamaged.stride, 2);
  for (const step of [4, 1, 3, 0, 2]) assertEquals(undamaged.stateAt(step), seen[step]);
  undamaged.dispose();
});

Deno.test("damage changes what it says, and what follows from it, and nothing before", async () => {
  const model = await loadModel("badd");
  const undamaged = computed(sceneOf(model, "1011+0110").undamaged);
  const damages: Damages = new Map([[3, new Map([[7, "zero"]])], [
    5,
    new Map([[9, "flipped"], [8, "zero"]]),
  ]]);
  const damaged = computed(undamaged.damaged(damages));
  const expected = undamaged.stateAt(3).with(7, 0);
  assertEquals(damaged.stateAt(3), expected);
  assertEquals(damaged.stateAt(2), undamaged.stateAt(2));
  assertNotEquals(damaged.stateAt(4), undamaged.stateAt(4));
  const once = computed(undamaged.damaged(new Map([[3, damages.get(3)!]])));
  assertEquals(damaged.stateAt(4), once.stateAt(4));
  assertEquals(damaged.stateAt(5), once.stateAt(5).with(9, -once.stateAt(5)[9]!).with(8, 0));
});

Deno.test("a scene goes from nothing to zero, to the other sign, and back, and says from when it has healed", async () => {
  const model = await loadModel("bmul");
  const scene = sceneOf(model, "101101*110101");
  scene.work(60_000);
  const places = [64 * 6 + 5];
  const kinds = [1, 2, 3].map(() => {
    scene.damage(20, places);
    return scene.damages.get(20)?.get(places[0]!);
  });
  assertEquals(kinds, ["zero", "flipped", undefined]);
  assertEquals(scene.comparison, undefined);
  scene.damage(20, places);
  scene.work(60_000);
  const healed = scene.comparison!.healedAt()!;
  assert(healed > 20 && healed < 40, String(healed));
  scene.heal();
  assertEquals(scene.recording, scene.undamaged);
});
