/** How pages look: quiet, on any screen, in dark and light. */
import { DARK, LIGHT, type Scale } from "./state_colors.ts";

const gradient = (scale: Scale) =>
  `linear-gradient(90deg, ${scale.map((color) => `rgb(${color})`).join(", ")})`;

/** The styles of a page. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #ffffff; --soft: #f3f4f6; --line: #8b949e;
  --faint: #57606a; --link: #1c5fb0; --wrong: #b0348f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --soft: #1a1f27; --line: #6e7681; --faint: #9aa4af; --link: #7cb4f7;
    --wrong: #f08bd4; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
p { margin: 0 0 .75rem; max-width: 60rem; overflow-wrap: anywhere; }
small, figcaption, .faint { color: var(--faint); font-size: .875rem; }
button, input, select { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line);
  border-radius: .375rem; padding: .3rem .65rem; min-height: 2.25rem; }
button { cursor: pointer; }
button:disabled { cursor: default; opacity: .5; }
button[aria-pressed="true"], .main { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
input[aria-invalid="true"] { border: 2px solid var(--wrong); }
input[type="checkbox"] { min-height: 0; }
input[type="range"] { flex: 1 1 8rem; min-width: 6rem; padding: 0; accent-color: var(--link); }
form, .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0 0 .75rem; }
.row { align-items: center; }
label.field { display: flex; flex-direction: column; flex: 1 1 14rem; min-width: 0; font-size: .875rem; }
label.field input { width: 100%; font-size: 1rem; font-family: ui-monospace, Menlo, Consolas, monospace; }
#error { color: var(--wrong); font-weight: 600; margin: 0; }
#error:not(:empty) { margin-bottom: .75rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 .75rem; margin: 0 0 .5rem; }
dt { color: var(--faint); }
dd { margin: 0; font-family: ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; max-height: 6rem;
  overflow-y: auto; }
#verdict { font-weight: 600; }
.views { display: grid; gap: 1.25rem 2rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { .views { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
canvas { display: block; width: 100%; }
#films canvas, #state canvas { background: var(--soft); }
#state canvas { cursor: crosshair; touch-action: manipulation; }
#state figcaption { margin-top: .5rem; }
#films { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
figure { margin: 0; }
#films canvas { cursor: pointer; }
svg.icon { width: 1rem; height: 1rem; fill: currentColor; vertical-align: -.125rem; }
#films { margin-bottom: 1rem; }
#maps { display: flex; flex-wrap: wrap; gap: .25rem; margin-bottom: .5rem; }
#maps button { min-width: 2.25rem; min-height: 2rem; padding: .1rem .3rem; font-size: .875rem; }
#cell { min-height: 1.5rem; margin: .25rem 0; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875rem; }
.scale { display: flex; align-items: center; gap: .5rem; font-size: .875rem; color: var(--faint); margin-bottom: .5rem; }
.scale i { width: 8rem; height: .8rem; border: 1px solid var(--line);
  background: ${gradient(LIGHT)}; }
@media (prefers-color-scheme: dark) {
  .scale i { background: ${gradient(DARK)}; }
}
kbd { font: .85em ui-monospace, Menlo, Consolas, monospace; border: 1px solid var(--line); border-radius: .25rem;
  padding: 0 .3rem; background: var(--soft); }
details { margin-top: 1rem; }
details li { margin: .2rem 0; }
svg.neural-gpu-picture { width: 100%; min-width: 30rem; max-width: none !important; }
.charts > div { overflow-x: auto; }
.charts { display: grid; gap: 1rem 2rem; align-items: start; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { .charts { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.table { overflow-x: auto; margin-bottom: .75rem; }
table { border-collapse: collapse; }
th, td { white-space: nowrap; padding: .2rem .75rem .2rem 0; text-align: right; border-bottom: 1px solid var(--soft); }
th:nth-child(2), td:nth-child(2) { text-align: left; }
noscript { display: block; border: 2px solid var(--wrong); padding: .5rem; margin-bottom: 1rem; }
`;
