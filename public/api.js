// Lets the API's page try a door: the form says what to send, and below it stands what came back.

const token = document.querySelector('#token');
token.closest('p').hidden = false;

for (const form of document.querySelectorAll('form.try')) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask(form);
  });
}

async function ask(form) {
  const button = form.querySelector('button');
  const answer = form.querySelector('pre');
  button.disabled = true;
  try {
    const response = await fetch(...request(form));
    const headers = ['content-type', 'etag', 'retry-after'].filter((name) => response.headers.has(name));
    const head = headers.map((name) => `${name}: ${response.headers.get(name)}`);
    answer.textContent = [`${response.status} ${response.statusText}`, ...head, '', pretty(await response.text())].join('\n');
  } catch (error) {
    answer.textContent = String(error);
  }
  answer.hidden = false;
  button.disabled = false;
}

function request(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers({ accept: 'application/json' });
  const init = { method: form.dataset.method, headers };
  for (const field of form.elements) {
    if (!field.name || field.value === '') continue;
    if (field.dataset.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    if (field.dataset.in === 'query') query.append(field.name, field.value);
    if (field.dataset.in === 'header') headers.set(field.name, field.value);
    if (field.dataset.in === 'body') {
      headers.set('content-type', field.dataset.media);
      init.body = field.value;
    }
  }
  if (token.value) {
    headers.set('authorization', `Bearer ${token.value}`);
    init.credentials = 'omit';
  }
  return [query.size ? `${path}?${query}` : path, init];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
