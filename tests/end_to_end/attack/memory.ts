/** A thread that tells how large its process is: the thread that runs a case may be busy for as long as that takes. */
import { tell } from "./news.ts";

const milliseconds = 20;
const step = 20e6;
let last = 0;
setInterval(() => {
  const { rss } = Deno.memoryUsage();
  if (Math.abs(rss - last) < step) return;
  last = rss;
  tell({ bytes: rss });
}, milliseconds);
