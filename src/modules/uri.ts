import { defineModule } from "../contract/module.js";
import { lookAtGuards, type Seen, stillGuarded } from "./run/skip.js";
import { requestChange } from "./net/request-change.js";
import { type UriParams, uriParams } from "./net/uri-params.js";
import { uriResult } from "./net/uri-result.js";

export const uri = defineModule<UriParams, Seen>({
  name: "uri",
  summary: "Send an HTTP request from the host",
  description: [
    "Sent by curl, else GNU wget; a plain http request also by bash or nc alone (these follow no redirects). URL,",
    "headers, credentials and body are never in a process list.",
    "",
    "GET and HEAD are taken to change nothing on the host; after other methods what was read is read again. A dry run",
    "sends nothing, so that what uses the register is unknown; with `check_mode: false` the request is sent in a plan, too.",
  ].join("\n"),
  class: "action",
  params: uriParams,
  secrets: ["url_password"],
  returns: {
    status: "The status; -1 when there was no answer.",
    msg: "What the server said to it, or why it failed.",
    url: "The URL that was asked.",
    content: "The body as text: with `return_content`, and when the status was not accepted. At most 512 KiB.",
    json: "The body as data, when it is JSON.",
    elapsed: "Seconds that it took.",
    redirected: "Whether a redirect was answered.",
    content_type: "As every header of the answer: its name in lower case, `_` for `-`.",
    content_length: "Bytes of the body.",
    truncated: "`[content]` when the body is longer than what is given back.",
  },
  examples: [
    { name: "Is it healthy", yaml: "- name: healthy\n  uri:\n    url: http://127.0.0.1:8080/health" },
    {
      name: "Send JSON",
      yaml: "- name: announce\n  uri:\n    url: https://deploy.example.com/api\n    method: POST\n    body_format: json\n    body: { host: <%= inventory_hostname %> }\n    status_code: [200, 201]",
    },
  ],
  observe: lookAtGuards,
  diff: (seen, given) => (seen.skip === null ? [requestChange(stillGuarded(given, seen))] : []),
  blind: (given) => [requestChange(given)],
  result: (outputs, given, seen) => uriResult(outputs?.[0]?.[0], given, seen),
});
