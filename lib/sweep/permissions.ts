/**
 * The permissions of a child process as flags. It may write to its run's directory only, which `paths` name, or to
 * nothing where there are none. It may read what this process may read, as far as this can be found out. It gets no
 * permission that this process does not have.
 */
export function childPermissions(problem: string, paths: readonly string[] = []): string[] {
  const granted = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const list = (paths: readonly string[]) => paths.map((path) => path.replaceAll(",", ",,")).join(",");
  const host = URL.canParse(problem) ? new URL(problem).host : "";
  const writable = paths.filter((path) => granted({ name: "write", path }));
  const readable = [...paths, ...(host ? [] : [problem])].filter((path) => granted({ name: "read", path }));
  return [
    "--no-prompt",
    ...(writable.length > 0 ? [`--allow-write=${list(writable)}`] : []),
    ...(granted({ name: "read" })
      ? ["--allow-read"]
      : readable.length > 0
      ? [`--allow-read=${list(readable)}`]
      : []),
    ...(granted({ name: "import" }) ? ["--allow-import"] : host ? [`--allow-import=${host}`] : []),
  ];
}
