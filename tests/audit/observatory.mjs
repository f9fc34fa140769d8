// Grades recorded answers with the MDN HTTP Observatory's own tests, without any network.
//
// `node observatory.mjs PACKAGE < answers.json` prints one line of JSON per answer: name, score, and what cost or
// brought points. PACKAGE is the folder of @mdn/mdn-http-observatory. An answer is
// {name, url, status, headers: [[name, value], …], body, redirects: [[url, status], …]}.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(process.argv[2]);
const part = (path) => import(pathToFileURL(join(root, "src", path)).href);
// The grader downloads a browser's list of preloaded hosts when it is installed; an empty one grades no site
// better than its own headers do.
const preloaded = join(root, "conf", "hsts-preload.json");
if (!existsSync(preloaded)) {
  mkdirSync(join(root, "conf"), { recursive: true });
  writeFileSync(preloaded, "{}");
}

const { ALL_TESTS } = await part("constants.js");
const { getGradeForScore, getScoreModifier } = await part("grader/grader.js");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await part("grader/charts.js");
const { parseHttpEquivHeaders } = await part("retriever/utils.js");
const { HTML_TYPES, Requests } = await part("types.js");
const { CookieJar } = createRequire(join(root, "src", "index.js"))("tough-cookie");

/** The answer as the Observatory's retriever would have brought it home. */
function retrieved({ url, status, headers, body, redirects }) {
  const address = new URL(url);
  const requests = new Requests(address.hostname);
  const named = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === "set-cookie") (named[key] ??= []).push(value);
    else named[key] = key in named ? `${named[key]}, ${value}` : value;
  }
  // Asked for by name in one place; hidden, so that it does not count as a header.
  Object.defineProperty(named, "get", { value: (name) => named[name.toLowerCase()] });
  const jar = new CookieJar();
  for (const cookie of named["set-cookie"] ?? []) jar.setCookieSync(cookie, url);
  const isPage = HTML_TYPES.has(named["content-type"]?.split(";")[0]) && body;
  const response = {
    status,
    headers: named,
    data: body,
    verified: true,
    httpEquiv: isPage ? parseHttpEquivHeaders(body, url) : new Map(),
  };
  requests.session = { url: address, jar, redirectHistory: [], response };
  requests.resources.path = body;
  const route = redirects.map(([to, code]) => ({ url: new URL(to), status: code }));
  Object.assign(requests.responses, {
    auto: response,
    http: response,
    https: response,
    // A preflight is answered with the same headers; the portal has no other.
    cors: response,
    httpRedirects: route,
    httpsRedirects: route,
  });
  return requests;
}

/** Points as the scanner counts them: extra credit only for who is good without it. */
function graded(requests) {
  const points = {};
  let all = 100;
  let lost = 100;
  for (const test of ALL_TESTS) {
    const { result, constructor } = test(requests);
    const modifier = getScoreModifier(result);
    points[constructor.name] = [modifier, result];
    all += modifier;
    lost += Math.min(modifier, 0);
  }
  const { score, grade } = getGradeForScore(lost >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? all : lost);
  return { score, grade, points };
}

for (const answer of JSON.parse(readFileSync(0, "utf8"))) {
  console.log(JSON.stringify({ name: answer.name, ...graded(retrieved(answer)) }));
}
