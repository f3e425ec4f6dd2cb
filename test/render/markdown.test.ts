import { describe, expect, it } from "vitest";
import type { Part } from "../../src/core/plan/schema.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import * as fixture from "./fixtures.ts";

function reviewed(plan = fixture.plan(), written?: string) {
  const file = `stacks/Pulumi.${plan.domain}.yaml`;
  return { plan, hostTitle: "Zone file", file, ...(written !== undefined && { written }) };
}

const hostile: Part = {
  ...fixture.merged,
  ops: [
    {
      kind: "replace-value",
      name: "mycompany.example",
      type: "TXT",
      before: fixture.HOSTILE,
      after: `${fixture.HOSTILE} \`\`\`\` `,
      ttl: 300,
    },
  ],
} as Part;

const said: Part = {
  ...fixture.twoRecords,
  because: [
    {
      rule: "spf/near-miss",
      severity: "error",
      domain: "mycompany.example",
      message:
        "</details><img src=x onerror=alert(1)> | `a` *b* _c_ ~~d~~ [e](https://f.example) @team #1 $x$ www.g.example \u202e",
      evidence: ["``` </details> \u001b[31m"],
    },
  ],
} as Part;

describe("plans for a review comment", () => {
  it("the answer first, a row a domain, a fold with each change", async () => {
    const plans = [
      reviewed(),
      reviewed(fixture.plan({ spf: fixture.twoRecords }, { domain: "legacy.example" })),
      reviewed(
        fixture.plan(
          { spf: fixture.spfInPlace, dkim: fixture.inPlace },
          { domain: "xn--bcher-kva.example", source: "dns" },
        ),
        "bücher.example",
      ),
    ];
    await expect(renderMarkdown(plans)).toMatchFileSnapshot("goldens/markdown, three domains.md");
  });

  it("foreign text stays text: no markup, no HTML, no mention, no end of a block", async () => {
    const text = renderMarkdown([reviewed(fixture.plan({ spf: hostile, dkim: said }))]);
    await expect(text).toMatchFileSnapshot("goldens/markdown, foreign text is full of tricks.md");
    expect(text.match(/<\/details>$/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^\W*<(?:script|img)|[\u202e\u001b]/m);
  });

  it("no domains are said to be none", () => {
    expect(renderMarkdown([])).toContain("### Mail DNS: no domains\n");
  });
});
