// Writes the icon sprite: the few bootstrap-icons (MIT) that pages use, each as a <symbol> named like its file.
import { readFileSync, writeFileSync } from "node:fs";
import { optimize } from "svgo";

const NAMES = `
  arrow-left arrow-right bank book building bus-front calendar-event calendar-x chat-left-text check-circle check2 clock
  cone-striped download droplet envelope exclamation-circle file-earmark-text geo-alt globe hand-thumbs-up heart-pulse house
  house-heart info-circle journal-text lightbulb list map mortarboard people person-vcard printer question-circle search
  shield-check shop signpost telephone tools tree universal-access wallet2 whatsapp x-circle
`.trim().split(/\s+/);

const PLUGINS = [
  { name: "preset-default", params: { floatPrecision: 2, overrides: { mergePaths: { floatPrecision: 2 } } } },
  { name: "convertPathData", params: { floatPrecision: 2 } },
];

function symbol(name) {
  const source = readFileSync(new URL(`node_modules/bootstrap-icons/icons/${name}.svg`, import.meta.url), "utf8");
  const { data } = optimize(source, { multipass: true, plugins: PLUGINS });
  const [, inside] = data.match(/^<svg[^>]*>(.*)<\/svg>$/s);
  return `<symbol id="${name}" viewBox="0 0 16 16">${inside.trim()}</symbol>`;
}

const target = process.argv[2];
if (!target) throw new Error("Name the file to write, for example: node icons.mjs ../../static/icons.svg");
writeFileSync(target, `<svg xmlns="http://www.w3.org/2000/svg">${NAMES.map(symbol).join("")}</svg>\n`);
