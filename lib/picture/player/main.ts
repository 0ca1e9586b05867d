/** The script of a page: `deno task page` makes one text of it and of all that it needs. */
import type { PageData } from "../page_data.ts";
import { connect } from "./controls.ts";
import { element } from "./elements.ts";
import { Player } from "./player.ts";

const data: PageData = JSON.parse(element("data", HTMLScriptElement).textContent!);
const button = element("play", HTMLButtonElement);
const player = new Player(data, (playing) => {
  button.textContent = playing ? "Pause" : "Play";
  // A screen reader would have to read every step.
  element("reading", HTMLElement).setAttribute("aria-live", playing ? "off" : "polite");
});
connect(player, data.input);
