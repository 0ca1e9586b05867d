/**
 * The permissions of a child process as flags: to write, its run's directory alone; to read, what this process may read,
 * as far as it can be found out; nothing that this process does not have.
 */
export function childPermissions(directory: string, problem: string): string[] {
  const granted = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const list = (paths: readonly string[]) => paths.map((path) => path.replaceAll(",", ",,")).join(",");
  const host = URL.canParse(problem) ? new URL(problem).host : "";
  const readable = [directory, ...(host ? [] : [problem])].filter((path) => granted({ name: "read", path }));
  return [
    "--no-prompt",
    `--allow-write=${list([directory])}`,
    ...(granted({ name: "read" })
      ? ["--allow-read"]
      : readable.length > 0
      ? [`--allow-read=${list(readable)}`]
      : []),
    ...(granted({ name: "import" }) ? ["--allow-import"] : host ? [`--allow-import=${host}`] : []),
  ];
}
