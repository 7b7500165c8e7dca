import { changes } from "./site/changes.js";
import { underFaults } from "./site/faults.js";
import { fromBareHosts } from "./site/from-bare.js";
import { promoted } from "./site/promoted.js";
import { rebooted } from "./site/rebooted.js";
import { rolling } from "./site/rolling.js";
import { behindFirewalls } from "./site/scan.js";
import { serving } from "./site/serving.js";
import { SiteUnderTest } from "./site/under-test.js";
import { watched } from "./site/watched.js";

/** Eight bare hosts become the site of inventory/example; its parts (test/hosts/site/) share them, in this order. */
describe("the whole site, on Debian 12", function () {
  this.timeout(600_000);
  const site = new SiteUnderTest("bookworm");
  before(() => site.before());
  after(() => site.after());

  describe("from bare hosts", () => fromBareHosts(site));
  describe("serving", () => serving(site));
  describe("watched", () => watched(site));
  describe("changed", () => changes(site));
  describe("under faults", () => underFaults(site));
  describe("rolling changes under load", () => rolling(site));
  describe("behind firewalls", () => behindFirewalls(site));
  describe("after all hosts lost their power", () => rebooted(site));
  describe("after a promotion", () => promoted(site));
});

describe("the whole site, its stateless hosts on Debian 13", function () {
  this.timeout(600_000);
  const site = new SiteUnderTest("trixie");
  before(() => site.before());
  after(() => site.after());

  describe("from bare hosts", () => fromBareHosts(site));
  describe("serving", () => serving(site));
  describe("after all hosts lost their power", () => rebooted(site));
});
