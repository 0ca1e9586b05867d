/** The text of a module with a problem of one's own, whose examples are ones, that imports the toolkit from a place. */
export function onesModule(from: string): string {
  return `import { defineProblem } from "${from}";
export default defineProblem({
  name: "ones",
  title: "Ones",
  symbols: "1",
  maxSize: 10,
  suites: { random: (size) => "1".repeat(size) },
  answer: (input) => input,
});
`;
}
