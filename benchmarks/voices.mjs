/**
 * What the voices' adapters themselves cost, after a build: `node benchmarks/voices.mjs`. A vendor that answers at once
 * stands in a process of its own on loopback. Prints figures; asserts nothing. Raw data go to `.cache/bench-voices.json`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { cacheDir } from '../tools/backing/paths.mjs';
import { percentile } from './figures.mjs';

const requests = 1000;
const audioS = 10;
const long = 30;
const file = fileURLToPath(import.meta.url);

/** Answers with so many seconds of audio as the text says. */
function runVendor() {
  const audioOf = (seconds, bytesPerS) => Buffer.alloc(seconds * bytesPerS, 0x5a);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const seconds = Number(/(\d+) s/.exec(body)?.[1] ?? 1);
    response.writeHead(200, { 'content-type': 'audio/basic' });
    response.end(audioOf(seconds, body.includes('"pcm"') ? 48_000 : 8000));
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data) => {
      const { context_id: contextId, text, flush, close_context: isClosed } = JSON.parse(String(data));
      const audio = () => audioOf(Number(/(\d+) s/.exec(text)[1]), 8000);
      for (let at = 0, all = flush ? audio() : ''; at < all.length; at += 3200)
        socket.send(JSON.stringify({ contextId, audio: all.subarray(at, at + 3200).toString('base64') }));
      if (isClosed) socket.send(JSON.stringify({ contextId, isFinal: true }));
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function speak(synthesizer, voice, seconds) {
  const beganAt = performance.now();
  let firstMs;
  let bytes = 0;
  for await (const piece of synthesizer.speak(`${seconds} s`, voice, new AbortController().signal)) {
    firstMs ??= performance.now() - beganAt;
    if (piece.type === 'audio') bytes += piece.mulaw.length;
  }
  return { firstMs, bytes };
}

async function rawFetch(url) {
  const beganAt = performance.now();
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ text: '1 s' }) });
  const reader = answer.body.getReader();
  await reader.read();
  const firstMs = performance.now() - beganAt;
  while (!(await reader.read()).done);
  return { firstMs };
}

async function firstBytes(ask) {
  for (let i = 0; i < 200; i++) await ask();
  const times = [];
  for (let i = 0; i < requests; i++) times.push((await ask()).firstMs);
  return times;
}

/** CPU of this process alone: what the vendor needs is not in it. */
async function cpuMsPerS(ask) {
  for (let i = 0; i < 5; i++) await ask();
  const before = process.cpuUsage();
  for (let i = 0; i < long; i++) await ask();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (long * audioS);
}

const row = (cells) => console.log(cells.map((cell, i) => String(cell).padEnd(i === 0 ? 28 : 14)).join(''));
const ms = (value) => value.toFixed(2);

async function measure() {
  const vendor = fork(file, ['vendor']);
  const [port] = await once(vendor, 'message');
  const url = `http://127.0.0.1:${port}`;
  const load = createRequire(import.meta.url);
  const speech = load('../dist/libs/speech/src');
  const logger = load('../dist/libs/observability/src').createLogger({ service: 'bench', level: 'silent' });
  const options = { apiKey: 'any', baseUrl: url, logger };
  const plain = { voiceId: null, model: null, apiKey: null, dials: {}, language: 'en' };
  const eleven = new speech.ElevenLabsSynthesizer({ ...options, voiceId: 'ada' });
  const bySocket = { ...plain, provider: 'eleven_labs', dials: { experimental_input_streaming: true } };
  const rows = [
    ['eleven_labs', eleven, { ...plain, provider: 'eleven_labs' }],
    ['eleven_labs by socket', eleven, bySocket],
    ['azure', new speech.AzureSynthesizer(options), { ...plain, provider: 'azure' }],
    ['rime', new speech.RimeSynthesizer(options), { ...plain, provider: 'rime' }],
    ['deepgram', new speech.DeepgramSynthesizer(options), { ...plain, provider: 'deepgram' }],
    ['openai (24 kHz to 8 kHz)', new speech.OpenAiSynthesizer(options), { ...plain, provider: 'openai' }],
  ];
  console.log(
    `${cpus().length} × ${cpus()[0].model}, Node ${process.version}; ${requests} requests one by one`,
  );
  row(['', 'first p50 ms', 'first p95 ms', 'CPU ms / s of audio', 'of a core']);
  const raw = { fetch: { first: await firstBytes(() => rawFetch(url)) } };
  row(["fetch (Node's own)", ms(percentile(raw.fetch.first, 0.5)), ms(percentile(raw.fetch.first, 0.95))]);
  for (const [name, synthesizer, voice] of rows) {
    const first = await firstBytes(() => speak(synthesizer, voice, 1));
    const cpuMs = await cpuMsPerS(() => speak(synthesizer, voice, audioS));
    raw[name] = { first, cpuMs };
    row([
      name,
      ms(percentile(first, 0.5)),
      ms(percentile(first, 0.95)),
      cpuMs.toFixed(3).padEnd(6),
      `${(cpuMs / 10).toFixed(3)} %`,
    ]);
    await synthesizer.close();
  }
  writeFileSync(join(cacheDir, 'bench-voices.json'), JSON.stringify(raw));
  vendor.kill();
}

if (process.argv[2] === 'vendor') runVendor();
else await measure();
