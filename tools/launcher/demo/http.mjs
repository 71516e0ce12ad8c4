/** A client of JSON over HTTP that waits at most ten seconds. `call(method, path, body?)` resolves the answer's body. */
export function jsonClient(baseUrl, headers = {}) {
  return async (method, path, body) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) {
      const error = new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
      throw Object.assign(error, { status: response.status });
    }
    return text === '' ? undefined : JSON.parse(text);
  };
}
