// What a TypeScript program does with the types that openapi-typescript makes of /openapi.json: it
// leaves out every optional field of each body, and finds the answers typed. The test compiles and
// runs it: node out/client.js ADDRESS
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

// Only what is required. A field that the types demand beyond these does not compile.
const bodies: {
  alert: Schemas["AlertBody"];
  article: Schemas["ArticleBody"];
  batch: Schemas["BatchBody"];
  claim: Schemas["ClaimBody"];
  key: Schemas["KeyBody"];
  preview: Schemas["PreviewBody"];
  schedule: Schemas["ScheduleBody"];
  source: Schemas["SourceBody"];
  sources: Schemas["SourcesBody"];
  tags: Schemas["TagsBody"];
  verify: Schemas["VerifyBody"];
  webhook: Schemas["WebhookBody"];
  webhookChange: Schemas["WebhookChangeBody"];
} = {
  alert: { kind: "mail", target: "desk@example.org" },
  article: { text: "Eleven people died." },
  batch: { claims: [{ text: "Eleven people died." }] },
  claim: { text: "Eleven people died." },
  key: { name: "desk", scopes: ["read"] },
  preview: { text: "Eleven people died." },
  schedule: { every: "P1D" },
  source: { address: "https://a.example/" },
  sources: { sources: ["https://a.example/"] },
  tags: { tags: ["desk"] },
  verify: { claim: "Eleven people died.", passages: [{ text: "Eleven people died." }] },
  webhook: { url: "https://a.example/", events: ["verdict.created"] },
  webhookChange: {},
};
// What is required may not be left out, and no other field is known.
// @ts-expect-error
export const withoutText: Schemas["ClaimBody"] = {};
// @ts-expect-error
export const misspelt: Schemas["ClaimBody"] = { text: "Eleven people died.", txet: "" };

const [address] = (globalThis as unknown as { process: { argv: string[] } }).process.argv.slice(2);
const client = createClient<paths>({ baseUrl: address ?? "" });

const submitted = await client.POST("/v1/claims", { body: bodies.claim });
if (!submitted.data) throw new Error(submitted.error.detail);
const claim_id: string = submitted.data.id;

const path = { claim_id };
const tagged = await client.PUT("/v1/claims/{claim_id}/tags", { params: { path }, body: bodies.tags });
const tags: string[] | undefined = tagged.data?.tags;

const query = { tag: ["desk"], limit: 5, sort: "newest" as const };
const listed = await client.GET("/v1/claims", { params: { query } });
const ids = listed.data?.items.map((item) => item.id);

const refused = await client.POST("/v1/claims", { body: { text: "" } });
const type: Schemas["ProblemType"] | undefined = refused.error?.type;
const pointers = refused.error?.errors?.map((one) => one.pointer);

await client.PUT("/v1/tags/{tag}/schedule", { params: { path: { tag: "desk" } }, body: bodies.schedule });
const only = { type: ["tag.scheduled" as const], tag: ["desk"] };
const changes = await client.GET("/v1/changes", { params: { query: only } });
const [scheduled] = changes.data?.items.map((item) => item.data.tag_schedule) ?? [];
const every: string | undefined = scheduled?.after?.every;
const claims: number | undefined = scheduled?.claims;

console.log(JSON.stringify({ claim_id, tags, ids, type, pointers, every, claims }));
