import { factSource } from "./source.js";

const KEYS = [
  ...["epoch", "year", "month", "day", "hour", "minute", "second"],
  ...["weekday", "weekday_number", "weeknumber", "tz", "tz_offset"],
] as const;

/** In the host's time zone, all strings as in Ansible; `iso8601` is UTC. */
export const timeFacts = factSource({
  kind: "time",
  names: ["date_time"],
  subjects: ["system:clock", "system:timezone", "file:/etc/localtime", "file:/etc/timezone"],
  script: "date '+%s|%Y|%m|%d|%H|%M|%S|%A|%w|%W|%Z|%z'",
  parse: (text) => {
    const values = text.trim().split("|");
    const told = Object.fromEntries(KEYS.map((key, i) => [key, values[i] ?? ""])) as Record<
      (typeof KEYS)[number],
      string
    >;
    return {
      date_time: {
        ...told,
        epoch_int: told.epoch,
        date: `${told.year}-${told.month}-${told.day}`,
        time: `${told.hour}:${told.minute}:${told.second}`,
        iso8601: new Date(Number(told.epoch) * 1000).toISOString().replace(".000Z", "Z"),
        iso8601_basic_short: `${told.year}${told.month}${told.day}T${told.hour}${told.minute}${told.second}`,
      },
    };
  },
});

export const uptimeFacts = factSource({
  kind: "uptime",
  names: ["uptime_seconds"],
  subjects: ["system:boot"],
  script: "cat /proc/uptime",
  parse: (text) => ({ uptime_seconds: Math.floor(Number(text.split(" ")[0])) }),
});
