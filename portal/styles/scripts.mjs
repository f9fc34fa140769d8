// Writes static/*.js from portal/scripts: the same scripts without what only people need, for phones that pay by the
// kilobyte. Each file is minified by itself; the parts of a folder become one script with a scope of its own.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { minify } from "terser";

// Folders, and in which order their parts stand.
const FOLDERS = {
  field: ["frame", "taken", "screens", "writing", "door", "listening", "loading"],
  "field-store": ["base", "locking", "boxes", "entries", "sending"],
};

const source = new URL("../scripts/", import.meta.url);
const [target] = process.argv.slice(2);
if (!target) throw new Error("Name the folder to write into, for example: node scripts.mjs ../../static");

const read = (path) => readFileSync(new URL(path, source), "utf8");
const scripts = readdirSync(source).filter((name) => name.endsWith(".js")).map((name) => [name, read(name)]);
for (const [folder, parts] of Object.entries(FOLDERS)) {
  const whole = parts.map((part) => read(`${folder}/${part}.js`)).join("\n");
  scripts.push([`${folder}.js`, `"use strict";\n{\n${whole}}\n`]);
}

for (const [name, text] of scripts) {
  const { code } = await minify(text, { ecma: 2018, compress: { passes: 2 }, mangle: true, format: { comments: false } });
  writeFileSync(`${target}/${name}`, `${code}\n`);
}
