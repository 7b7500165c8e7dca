import { expect } from "chai";
import { parseResponse } from "../../../../src/modules/net/response.js";

function output(program: string, head: string, body: string, bodyBytes = body.length): Buffer {
  return Buffer.from(`${program} 2 ${head.length} ${bodyBytes}\n${head}${body}`);
}

describe("parseResponse", () => {
  it("takes the last head of several", () => {
    const head = "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\nHTTP/2 201 \r\nX-A: 1\r\nx-a: 2\r\n\r\n";
    const response = parseResponse(output("curl", head, "body", 100));
    expect(response).to.include({ status: 201, reason: "", bodyBytes: 100, elapsedSeconds: 2 });
    expect([...response!.headers]).to.deep.equal([["x-a", "1, 2"]]);
    expect(response!.body.toString()).to.equal("body");
  });

  it("finds head and body of a bare answer, and joins chunks", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const response = parseResponse(Buffer.from(`bare 0 0 79\n${head}3\r\nabc\r\na;x=y\r\n0123456789\r\n0\r\n\r\n`));
    expect(response?.body.toString()).to.equal("abc0123456789");
    expect(response).to.include({ status: 200, reason: "OK", bodyBytes: 13 });
  });

  it("knows when there was no answer, and when this is no output of the script", () => {
    expect(parseResponse(output("curl", "", ""))?.status).to.equal(-1);
    expect(parseResponse(Buffer.from("mktemp: no space\n"))).to.equal(undefined);
    expect(parseResponse(Buffer.from(""))).to.equal(undefined);
  });
});
