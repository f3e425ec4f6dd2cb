import { describe, expect, it } from "vitest";
import { parseEndpoint, parseNameServers, printEndpoint } from "../../src/resolve/name-servers.ts";

describe("ODOO_MAIL_DNS_NAMESERVERS", () => {
  it("says by name where name servers are, the root's by a dot", () => {
    expect([
      ...parseNameServers(
        ".=127.0.0.1:5300, NS1.Example.com.=192.0.2.53,ns1.example.com=[2001:db8::53]:5353,ns2.example.com=2001:db8::54,",
      ),
    ]).toEqual([
      [".", [{ address: "127.0.0.1", port: 5300 }]],
      [
        "ns1.example.com",
        [
          { address: "192.0.2.53", port: 53 },
          { address: "2001:db8::53", port: 5353 },
        ],
      ],
      ["ns2.example.com", [{ address: "2001:db8::54", port: 53 }]],
    ]);
  });

  it("is empty when it is empty", () => {
    expect(parseNameServers("").size).toBe(0);
    expect(parseNameServers(" , ").size).toBe(0);
  });

  it.each([
    ["ns1.example.com", "has no `=` between name and address"],
    ["=192.0.2.1", "does not begin with a domain name"],
    ["a..b=192.0.2.1", "does not begin with a domain name"],
    ["ns1.example.com=", "does not end with an IP address"],
    ["ns1.example.com=ns1", "does not end with an IP address"],
    ["ns1.example.com=192.0.2.1:0", "does not end with an IP address"],
    ["ns1.example.com=192.0.2.1:65536", "does not end with an IP address"],
    ["ns1.example.com=192.0.2.1:", "does not end with an IP address"],
    ["ns1.example.com=192.0.2.256", "does not end with an IP address"],
    ["ns1.example.com=[192.0.2.1]:53", "does not end with an IP address"],
  ])("names the entry at fault: %s", (entry, what) => {
    const text = `ns0.example.com=192.0.2.9,${entry}`;
    expect(() => parseNameServers(text)).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining(`entry 2, ${JSON.stringify(entry)}, ${what}`),
      }),
    );
  });
});

describe("an address with its port", () => {
  it("comes back as it was written", () => {
    for (const text of ["192.0.2.53:5353", "[2001:db8::53]:53"]) {
      const endpoint = parseEndpoint(text);
      expect(endpoint && printEndpoint(endpoint)).toBe(text);
    }
    expect(parseEndpoint("localhost:53")).toBeUndefined();
  });
});
