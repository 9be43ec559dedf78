// Draws the description of the service, and sends what is typed. Text is only ever set as text.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text ?? "" });

/** Fills an element with text in which code stands between backticks. */
function write(place, text) {
  const parts = text.split("`").map((part, index) => (index % 2 ? element("code", part) : part));
  place.append(...parts);
}

/** Returns an example of what a schema describes, followed through the references of the description. */
function example(schema, api) {
  if (!schema) return {};
  if (schema.$ref) return example(schema.$ref.split("/").slice(1).reduce((at, name) => at[name], api), api);
  if (schema.example !== undefined) return schema.example;
  if (schema.oneOf) return example(schema.oneOf.find((one) => one.type !== "null"), api);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => example(part, api)));
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return [example(schema.items, api)];
  if (schema.properties) {
    const required = Object.entries(schema.properties).filter(([name]) => (schema.required ?? [name]).includes(name));
    return Object.fromEntries(required.map(([name, of]) => [name, example(of, api)]));
  }
  return schema.default ?? "";
}

function field(fields, name, hint, input) {
  const label = element("label", name);
  input.name = name;
  const about = element("small");
  write(about, hint);
  label.append(input, about);
  fields.append(label);
  return input;
}

function draw(api, path, method, operation) {
  const shown = document.getElementById("operation").content.cloneNode(true);
  const find = (selector) => shown.querySelector(selector);
  find(".method").textContent = method.toUpperCase();
  find(".path").textContent = path;
  write(find(".summary"), operation.summary ?? "");
  write(find(".description"), operation.description ?? "");
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = field(find(".fields"), parameter.name, parameter.description ?? "", element("input"));
    input.required = Boolean(parameter.required);
    return { parameter, input };
  });
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  const body = content && field(find(".fields"), "body", content[0], element("textarea"));
  if (body) body.value = JSON.stringify(example(content[1].schema, api), null, 2);
  for (const [status, answer] of Object.entries(operation.responses)) {
    const line = element("li");
    write(line, `\`${status}\` ${answer.description ?? ""}`);
    find(".answers").append(line);
  }
  const answer = find(".answer");
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer.hidden = false;
    send(path, method, inputs, body && { media: content[0], text: body.value }, answer);
  });
  return shown;
}

async function send(path, method, inputs, body, answer) {
  const headers = new Headers();
  const query = new URLSearchParams();
  for (const { parameter, input } of inputs.filter(({ input }) => input.value !== "")) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    if (parameter.in === "query") query.set(parameter.name, input.value);
    if (parameter.in === "header") headers.set(parameter.name, input.value);
  }
  const token = document.getElementById("token").value;
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body) headers.set("Content-Type", body.media);
  answer.textContent = "…";
  try {
    const url = query.size > 0 ? `${path}?${query}` : path;
    const response = await fetch(url, { method: method.toUpperCase(), headers, body: body?.text });
    answer.textContent = `${response.status} ${response.statusText}\n`;
    answer.append([...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n"), "\n\n");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) answer.append(part.value);
  } catch (error) {
    answer.append(`\n${error}`);
  }
}

fetch("/openapi.json")
  .then((response) => response.json())
  .then((api) => {
    document.getElementById("title").textContent = `${api.info.title} ${api.info.version}`;
    document.getElementById("about").textContent = api.info.description ?? "";
    const operations = document.getElementById("operations");
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of METHODS.filter((method) => item[method])) {
        operations.append(draw(api, path, method, item[method]));
      }
    }
  });
