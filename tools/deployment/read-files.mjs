import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';

/** Small readers for the few shapes that the deployment files have; no general parsers. */

export const textOf = (...path) => readFileSync(join(checkoutDir, ...path), 'utf8');
export const exists = (...path) => existsSync(join(checkoutDir, ...path));

/** The services that are deployed: every app with an entry but the sandbox. */
export const deployedApps = () =>
  readdirSync(join(checkoutDir, 'apps')).filter(
    (name) => name !== 'sandbox' && exists('apps', name, 'src', 'main.ts'),
  );

/** What an app reads from its environment: name → {isRequired, fallback}. */
export function settingsOf(app) {
  const own = textOf('apps', app, 'src', 'settings.ts');
  const all = textOf('libs', 'observability', 'src', 'settings.ts');
  const lenient = [...lenientMakers(own), ...lenientMakers(all)];
  const common = between(all, 'export const commonSettings', '\n});');
  const database = usesDatabase(app) ? between(all, 'export const databaseSettings', '\n});') : '';
  return new Map([common, database, own].flatMap((text) => definitions(text, lenient)));
}

/** Functions of a settings file that make schemas which need no value. */
const lenientMakers = (text) =>
  text
    .split(/^(?=(?:export )?(?:const|function) )/m)
    .filter((part) => /^(export )?(function |const \w+ = \()/.test(part) && needsNoValue(part))
    .map((part) => /^(?:export )?(?:const|function) (\w+)/.exec(part)[1]);

const needsNoValue = (definition) => /\.(default|optional)\(/.test(definition);

export const usesDatabase = (app) => textOf('apps', app, 'src', 'settings.ts').includes('databaseSettings');

function between(text, start, end) {
  const from = text.indexOf(start);
  return text.slice(from, text.indexOf(end, from));
}

/** `  NAME: schema,` up to the next of the kind. */
function definitions(text, lenient) {
  return text
    .split(/^(?= {2}[A-Z][A-Z_]+: )/m)
    .slice(1)
    .map((part) => {
      const [definition] = part.split('\n});');
      const isLenient = needsNoValue(definition) || lenient.some((name) => definition.includes(`${name}(`));
      const fallback = /\.default\('([^']*)'\)/.exec(definition)?.[1];
      return [/^ {2}([A-Z_]+):/.exec(part)[1], { isRequired: !isLenient, fallback }];
    });
}

/** The services of the compose file: name → {text, target, env: name → value}. */
export function composeServices() {
  const text = textOf('docker', 'compose.yaml');
  const parts = between(`${text}\n`, '\nservices:\n', '\nvolumes:\n').split(/^(?= {2}[\w-]+:$)/m);
  return new Map(
    parts
      .filter((part) => /^ {2}[\w-]+:$/m.test(part))
      .map((part) => [
        /^ {2}([\w-]+):$/m.exec(part)[1],
        { text: part, target: /target: ([\w-]+)/.exec(part)?.[1], env: composeEnvironment(part) },
      ]),
  );
}

function composeEnvironment(part) {
  const inline = /^ {4}environment: \{ ([A-Z_]+): (.*) \}$/m.exec(part);
  const block = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(part)?.[1] ?? '';
  return new Map([
    ...(inline ? [[inline[1], inline[2]]] : []),
    ...[...block.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(([, name, value]) => [name, value]),
  ]);
}

/** The containers of an app's Deployment: name → {text, env: name → {kind, key, isOptional}}. */
export const containersOf = (app) => containersIn('k8s', 'base', `${app}.yaml`);

export function containersIn(...path) {
  const parts = textOf(...path).split(/^(?= {8}- name: )/m);
  return new Map(
    parts
      .slice(1)
      .map((part) => [
        /^ {8}- name: ([\w-]+)/.exec(part)[1],
        { text: part, env: kubernetesEnvironment(part) },
      ]),
  );
}

function kubernetesEnvironment(part) {
  const entry =
    /- name: ([A-Z_]+)\n\s+valueFrom:\s+\{\s+(secret|configMap)KeyRef:\s+\{\s+name: ([\w-]+), key: ([A-Z_]+)(, optional: true)?,?\s+\},?\s+\}/g;
  return new Map(
    [...part.matchAll(entry)].map(([, name, kind, from, key, optional]) => [
      name,
      { kind, from, key, isOptional: optional !== undefined },
    ]),
  );
}

/** The targets of the Dockerfile: name → {text, from}. */
export const dockerTargets = () =>
  new Map(
    textOf('docker', 'Dockerfile')
      .split(/^(?=FROM )/m)
      .slice(1)
      .map((part) => {
        const [, from, name] = /^FROM (\S+) AS (\S+)/.exec(part);
        return [name, { text: part, from }];
      }),
  );

/** Names of the packages that shipped code imports, and a file that does. */
export function packagesImported() {
  const files = ['libs', ...deployedApps().map((app) => join('apps', app))].flatMap((dir) =>
    readdirSync(join(checkoutDir, dir), { recursive: true })
      .filter(
        (file) => /(^|\/)src\//.test(file) && file.endsWith('.ts') && !/spec\.ts$|(^|\/)testing\//.test(file),
      )
      .map((file) => join(dir, file)),
  );
  const found = new Map();
  for (const file of files) {
    for (const [, name] of textOf(file).matchAll(
      /^(?:import (?!type )|export ).*?from '((?:@[\w-]+\/)?[a-z][\w.-]*)/gms,
    ))
      found.set(name, file);
  }
  return found;
}
