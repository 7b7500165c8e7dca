import { expect } from "chai";
import { curlConfig, type HttpRequest, requestHead, wgetConfig } from "../../../../src/modules/net/request.js";

const request: HttpRequest = {
  method: "POST",
  url: new URL("https://u:p@example.com:8443/a?b=%22#c"),
  headers: [
    ["X-A", 'say "hi" \\'],
    ["connection", "upgrade"],
    ["X-Empty", ""],
  ],
  body: Buffer.from("data"),
  user: "me",
  password: 'p"w',
  timeoutSeconds: 5,
  validateCerts: false,
  followRedirects: true,
};

describe("the forms of a request", () => {
  it("curl's config quotes as curl reads it", () => {
    expect(curlConfig(request)).to.deep.equal([
      'url = "https://example.com:8443/a?b=%22"',
      'request = "POST"',
      "max-time = 5",
      'proto = "=http,https"',
      'header = "X-A: say \\"hi\\" \\\\"',
      'header = "connection: upgrade"',
      'header = "X-Empty;"',
      'user = "me:p\\"w"',
      "insecure",
      "location",
    ]);
    expect(curlConfig({ ...request, method: "HEAD" })).to.include("head");
  });

  it("GNU wget's config", () => {
    expect(wgetConfig({ ...request, headers: [], followRedirects: false })).to.deep.equal([
      "timeout = 5",
      "tries = 1",
      "hsts = off",
      "netrc = off",
      "http_user = me",
      'http_password = p"w',
      "auth_no_challenge = on",
      "check_certificate = off",
      "max_redirect = 0",
    ]);
  });

  it("the request itself", () => {
    expect(requestHead(request)).to.deep.equal([
      "POST /a?b=%22 HTTP/1.1\r",
      "Host: example.com:8443\r",
      "User-Agent: fettle\r",
      "Accept: */*\r",
      "Content-Length: 4\r",
      "Authorization: Basic bWU6cCJ3\r",
      'X-A: say "hi" \\\r',
      "X-Empty: \r",
      "Connection: close\r",
      "\r",
    ]);
    expect(requestHead({ ...request, headers: [["host", "other"]] })).to.include("host: other\r");
  });
});
