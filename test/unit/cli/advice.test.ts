import { expect } from "chai";
import { adviceOn } from "../../../src/cli/advice.js";

const onNames = (...names: string[]): readonly string[] => adviceOn([], { tags: [], names });

describe("advice before a run", () => {
  it("names the connection variable that was meant", () => {
    expect(onNames("ansible_prot", "ansible_hostt", "ansible_usr")).to.deep.equal([
      "ansible_prot means nothing to fettle; did you mean ansible_port?",
      "ansible_hostt means nothing to fettle; did you mean ansible_host?",
      "ansible_usr means nothing to fettle; did you mean ansible_user?",
    ]);
  });

  it("leaves other names of Ansible's alone", () => {
    const names = ["ansible_become_exe", "ansible_become_flags", "ansible_scp_extra_args", "ansible_sudo_pass", "port"];
    expect(onNames(...names, "ansible_python_interpreter", "ansible_pipelining", "ansible_shell_type")).to.deep.equal(
      [],
    );
  });

  it("says when tags choose nothing", () => {
    expect(adviceOn([], { tags: ["a", "b"], names: [] })).to.deep.equal(['no task has the tag "a" or "b"']);
    expect(adviceOn([], { tags: ["all"], names: [] })).to.deep.equal([]);
  });
});
