import { assertEquals } from "@std/assert";
import { csvLine } from "../../lib/io/csv.ts";

Deno.test("csvLine() quotes what needs it and ends in LF", () => {
  assertEquals(csvLine(["badd", 4, "1+1", 0.5]), "badd,4,1+1,0.5\n");
  assertEquals(csvLine(["a,b", 'say "x"', "two\r\nlines", ""]), '"a,b","say ""x""","two\r\nlines",\n');
});
