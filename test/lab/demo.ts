/** `npm run demo`: the main job, on hosts that this machine plays itself. */
import { demoOnLab } from "./demo-site.js";
import { demoOnPractice } from "./demo-practice.js";

process.exitCode = process.getuid?.() === 0 ? await demoOnLab() : await demoOnPractice();
