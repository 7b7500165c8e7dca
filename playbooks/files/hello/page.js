// What visitors see.

const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** `book`: what Notes.read gives, or null without a database. */
export function page({ host, version, via, path, book }) {
  return `<!doctype html>
<title>hello</title>
<h1>Hello from ${escape(host)}</h1>
<p>version ${escape(version)}, asked by ${escape(via)}, path ${escape(path)}</p>
${book === null ? "" : guestBook(book)}`;
}

function guestBook({ source, notes }) {
  const lines = notes.map(({ text, author }) => `<li>${escape(text)} <small>(by ${escape(author)})</small></li>`);
  return `<form method="post" action="/notes"><input name="text" required maxlength="200"> <button>write</button></form>
<p>read from ${escape(source)}:</p>
<ul>
${lines.join("\n")}
</ul>
`;
}

export function problem(message) {
  return `<!doctype html>\n<title>hello</title>\n<h1>Not now</h1>\n<p>${escape(message)}</p>\n`;
}
