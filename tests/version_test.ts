import { assertEquals } from "@std/assert";
import { VERSION } from "../lib/version.ts";
import configuration from "../deno.json" with { type: "json" };

Deno.test("VERSION is deno.json's", () => assertEquals(VERSION, configuration.version));
