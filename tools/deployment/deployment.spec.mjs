/** The deployment files against the services' own settings: what one side names, the other must know. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkoutDir } from '../backing/paths.mjs';
import { onPath, run } from '../backing/processes.mjs';
import { knownSettings } from '../launcher/settings.mjs';
import {
  composeServices,
  containersIn,
  containersOf,
  deployedApps,
  dockerTargets,
  exists,
  packagesImported,
  settingsOf,
  textOf,
  usesDatabase,
} from './read-files.mjs';

const apps = deployedApps();
const compose = composeServices();
const targets = dockerTargets();
/** What the images set themselves. */
const setByImage = ['HOST', 'PORT'];
const required = (app) =>
  [...settingsOf(app)].filter(([, { isRequired }]) => isRequired).map(([name]) => name);
const missing = (wanted, given) => wanted.filter((name) => !given.has(name) && !setByImage.includes(name));
const entryExists = (path) => {
  const [, app, file] = /^dist\/apps\/([\w-]+)\/src\/([\w-]+)\.js$/.exec(path) ?? [];
  return exists('apps', app ?? '', 'src', `${file}.ts`);
};
const kubernetesFile = (...path) => textOf('k8s', 'base', ...path);

test('the readers find what there is', () => {
  assert.deepEqual(apps, ['call-control', 'config', 'gateway', 'integrations', 'media', 'webhooks']);
  assert.deepEqual(required('config'), ['NATS_URL', 'DATABASE_URL']);
  assert.deepEqual(required('media'), [
    ...['NATS_URL', 'PUBLIC_MEDIA_URL', 'MEDIA_TOKEN_KEY', 'SECRETS_KEYS', 'TWILIO_AUTH_TOKEN'],
  ]);
  assert.equal(settingsOf('media').get('OPENAI_MODEL').fallback, 'gpt-4o-mini');
  assert.equal(compose.get('media').env.size > 8, true);
  assert.equal(containersOf('media').get('media').env.size > 8, true);
});

for (const app of apps) {
  test(`${app}: the image starts it`, () => {
    const { text, from } = targets.get(app) ?? assert.fail('no target in the Dockerfile');
    assert.equal(from, 'runtime');
    assert.ok(text.includes(`COPY --from=build /parley/dist/apps/${app} dist/apps/${app}\n`));
    const [, entry] = /CMD \["node", "([^"]+)"\]/.exec(text);
    assert.ok(entryExists(entry) && entry.includes(`/${app}/`), entry);
  });

  test(`${app}: compose gives it what it needs, and nothing it does not know`, () => {
    const { env, target } = compose.get(app) ?? assert.fail('not in compose.yaml');
    assert.equal(target, app);
    assert.deepEqual(missing(required(app), env), []);
    assert.deepEqual(missing([...env.keys()], settingsOf(app)), []);
    for (const [name, value] of env) {
      const [, fallback] = /^\$\{[A-Z_]+:-([^}]*)\}$/.exec(value) ?? [];
      const own = settingsOf(app).get(name).fallback;
      if (fallback && own) assert.equal(fallback, own, `the default of ${name}`);
    }
  });

  test(`${app}: the cluster gives it what it needs, and nothing it does not know`, () => {
    const { env, text } = containersOf(app).get(app) ?? assert.fail('no container of that name');
    const sure = new Map([...env].filter(([, { isOptional }]) => !isOptional));
    assert.deepEqual(missing(required(app), sure), []);
    assert.deepEqual(missing([...env.keys()], settingsOf(app)), []);
    for (const [name, { kind, from, key, isOptional }] of env) {
      assert.equal(key, name);
      assert.equal(from, kind === 'secret' ? 'parley-secrets' : 'parley-settings');
      const isGiven = new RegExp(`^ {6}- ${name}=`, 'm').test(kubernetesFile('kustomization.yaml'));
      if (kind === 'configMap' && !isOptional) assert.ok(isGiven, `${name} in kustomization.yaml`);
    }
    assert.match(text, /containerPort: 8080 /);
    assert.match(text, /livenessProbe:\n\s+httpGet: \{ path: \/healthz, port: http \}/);
    assert.match(text, /readinessProbe:\n\s+httpGet: \{ path: \/readyz, port: http \}/);
    assert.match(kubernetesFile(`${app}.yaml`), new RegExp(`image: parley/${app}\\n`));
  });

  if (usesDatabase(app)) {
    test(`${app}: its database is migrated before it starts`, () => {
      const entry = `dist/apps/${app}/src/migrate.js`;
      assert.ok(entryExists(entry));
      const job = [...compose.values()].find(({ text }) => text.includes(`command: [node, ${entry}]`));
      assert.equal(job?.target, app);
      assert.ok(job.env.has('DATABASE_URL'));
      const init = containersOf(app).get('migrate') ?? assert.fail('no init container');
      assert.ok(init.text.includes(`command: [node, ${entry}]`) && init.env.has('DATABASE_URL'));
    });
  }
}

for (const app of ['config', 'call-control']) {
  test(`${app}: its secrets can be put under a new key, in compose and cluster`, () => {
    const entry = `dist/apps/${app}/src/reseal.js`;
    assert.ok(entryExists(entry));
    const needed = ['DATABASE_URL', 'SECRETS_KEYS'];
    const service = [...compose.values()].find(({ text }) => text.includes(`command: [node, ${entry}]`));
    assert.equal(service?.target, app);
    assert.deepEqual([...service.env.keys()], needed);
    assert.match(service.text, /profiles: \[rotate\]/);
    const container = containersIn('k8s', 'rotate-secrets.yaml').get(app) ?? assert.fail('not in the Job');
    assert.ok(container.text.includes(`image: parley/${app}\n`));
    assert.ok(container.text.includes(`command: [node, ${entry}]`));
    assert.deepEqual([...container.env.keys()], needed);
  });
}

test('the images listen where compose and cluster expect them', () => {
  for (const name of ['runtime', 'edge'])
    assert.match(targets.get(name).text, /ENV NODE_ENV=production HOST=0\.0\.0\.0 PORT=8080\n/);
  const edge = compose.get('edge');
  assert.deepEqual(Object.fromEntries(edge.env), {
    GATEWAY_URL: 'http://gateway:8080',
    MEDIA_URL: 'http://media:8080',
  });
  for (const name of edge.env.keys()) assert.ok(textOf('tools', 'launcher', 'edge.mjs').includes(name));
  assert.ok(targets.get('edge').text.includes('COPY tools/launcher/edge.mjs ./\n'));
});

test('media gets every setting of a provider, in compose and cluster', () => {
  const ofProviders = (name) =>
    /^(TRANSCRIBERS|VOICES|MODELS|(OPENAI|AZURE|DEEPGRAM|ELEVENLABS|RIME)_.*)$/.test(name);
  const wanted = [...settingsOf('media').keys()].filter(ofProviders);
  assert.ok(wanted.length > 25);
  assert.deepEqual(missing(wanted, compose.get('media').env), []);
  assert.deepEqual(missing(wanted, containersOf('media').get('media').env), []);
  assert.deepEqual(
    wanted.filter((name) => knownSettings[name] === undefined),
    [],
  );
});

test('each variable of the compose file is documented, there or in .env.example', () => {
  const text = textOf('docker', 'compose.yaml');
  const head = text.slice(0, text.indexOf('\nname:'));
  const variables = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
  assert.deepEqual(
    [...variables].filter((name) => knownSettings[name] === undefined && !head.includes(name)),
    [],
  );
});

test('the kustomization has every file of its folder, and a secret is named for each key', () => {
  const kustomization = kubernetesFile('kustomization.yaml');
  const files = readdirSync(join(checkoutDir, 'k8s', 'base')).filter((file) => file !== 'kustomization.yaml');
  const listed = [...kustomization.matchAll(/^ {2}- ([\w-]+\.yaml)$/gm)].map(([, name]) => name);
  assert.deepEqual(listed.toSorted(), files.toSorted());
  const secrets = new Set(
    apps
      .flatMap((app) => [...containersOf(app).values()].flatMap(({ env }) => [...env]))
      .filter(([, { kind }]) => kind === 'secret')
      .map(([name]) => name),
  );
  for (const name of secrets)
    assert.ok(kustomization.includes(name), `${name} in the head of kustomization.yaml`);
});

test('what shipped code imports is there without the development packages', () => {
  const { dependencies } = JSON.parse(textOf('package.json'));
  const isThere = (name) =>
    name.startsWith('@parley/') ||
    name === 'node' ||
    builtinModules.includes(name) ||
    dependencies[name] !== undefined;
  const imported = packagesImported();
  assert.ok(imported.size > 10);
  assert.deepEqual(
    [...imported].filter(([name]) => !isThere(name)),
    [],
  );
});

const kubectl = onPath('kubectl');
test(
  'kustomize renders the base',
  { skip: kubectl ? false : 'kubectl is not installed: k8s/base was not rendered' },
  async () => {
    const { stdout } = await run(kubectl, ['kustomize', join(checkoutDir, 'k8s', 'base')], {
      timeoutMs: 30_000,
    });
    for (const app of apps) {
      assert.match(stdout, new RegExp(`kind: Deployment\\nmetadata:(\\n +.*)*\\n  name: ${app}\\n`));
      assert.match(stdout, new RegExp(`kind: Service\\nmetadata:(\\n +.*)*\\n  name: ${app}\\n`));
    }
  },
);
