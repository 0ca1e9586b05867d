// Ctrl-C and SIGTERM end a command while it loads, whatever it waits for.
import { assert, assertEquals } from "@std/assert";
import { emptyDirectory, run, start } from "../support/process.ts";
import { within } from "../support/within.ts";

const cwd = emptyDirectory();
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Waits, a minute at most, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (const start = performance.now(); !holds();) {
    assert(performance.now() - start < 60_000, "the command does not get as far as that");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Starts a command twice, and sends each signal once it is loading. */
async function interrupt(
  command: string,
  args: readonly string[],
  isLoading: (process: Deno.ChildProcess) => Promise<void>,
): Promise<void> {
  for (const [signal, status] of Object.entries(SIGNALS)) {
    await within(1, async () => {
      const process = start(command, args, { cwd });
      await isLoading(process);
      const sent = performance.now();
      process.kill(signal as Deno.Signal);
      const { code } = await process.status;
      const seconds = (performance.now() - sent) / 1000;
      await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
      assertEquals(code, status, signal);
      return seconds;
    });
  }
}

/** What servers do that are no better than a pipe. */
const answers: Record<string, () => Response | Promise<Response>> = {
  "never answers": () => new Promise(() => {}),
  "sends a byte now and then": () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          controller.enqueue(new Uint8Array(1));
        },
      }),
    ),
};

for (const [kind, answer] of Object.entries(answers)) {
  Deno.test({
    name: `signals end a command whose model comes from a server that ${kind}`,
    ignore: Deno.build.os === "windows",
    sanitizeOps: false, // what never answers is never done
    sanitizeResources: false,
    async fn() {
      let asked = 0;
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
        asked++;
        return answer();
      });
      server.unref();
      let begun = 0;
      const model = `--model=http://127.0.0.1:${server.addr.port}/model`;
      await interrupt("evaluate", [model], async () => {
        begun++;
        await until(() => asked === begun);
      });
    },
  });
}

Deno.test({
  name: "signals end a command that reads a large dataset",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const path = `${cwd}/large.csv`;
    await Deno.writeTextFile(path, "problem,size,input,target\n" + "copy,8,01010101,01010101\n".repeat(1e6));
    // It is read for seconds, and a slow machine is still starting then: either way nothing is there to be saved.
    const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 700));
    await interrupt("train", [`--data=${path}`], soon);
  },
});

Deno.test({
  name: "signals end a command that runs a module which never settles",
  ignore: Deno.build.os === "windows",
  async fn() {
    await Deno.writeTextFile(
      `${cwd}/endless.ts`,
      `Deno.stderr.writeSync(new TextEncoder().encode("begun"));
      await new Promise(() => {});
      export default 1;`,
    );
    await interrupt("train", ["--problem=./endless.ts"], async ({ stderr }) => {
      const reader = stderr.getReader();
      assertEquals(new TextDecoder().decode((await reader.read()).value), "begun");
      reader.releaseLock();
    });
  },
});

Deno.test({
  name: "a pipe is refused at once as a model, a dataset, settings or a grid",
  ignore: Deno.build.os === "windows",
  async fn() {
    await new Deno.Command("mkfifo", { args: [`${cwd}/pipe`] }).output();
    const uses: [command: string, args: string[]][] = [
      ["evaluate", ["--model=pipe"]],
      ["evaluate", ["--model=copy", "--data=pipe"]],
      ["train", ["--config=pipe"]],
      ["sweep", ["--grid=pipe", "--seeds=1"]],
    ];
    await Promise.all(uses.map(async ([command, args]) => {
      const { code, stderr } = await run(command, args, { cwd });
      assertEquals(stderr, "error: Cannot read pipe: it is no regular file, expected one\n");
      assertEquals(code, 1);
    }));
  },
});
