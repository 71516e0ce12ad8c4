import { z } from 'zod';
import { httpUrl, laxNumber, patch, phoneNumberText, stringMap, text, withDefault } from '../fields';
import { keyProfile } from '../key-asks';
import { openApiDocument } from './document';
import { JsonSchema, jsonSchemasOf } from './json-schemas';
import { operations } from './operations';

const origin = 'https://parley.example.com';

describe.each(keyProfile.options)('the document of %s', (profile) => {
  const document = openApiDocument(profile, origin);
  const { schemas } = document.components as { schemas: Record<string, JsonSchema> };

  it('refers only to what it holds', () => {
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    expect(refs.filter(([, name = '']) => !(name in schemas))).toEqual([]);
    expect(refs.length).toBeGreaterThan(100);
  });

  it('holds every operation once, and says where it is served', () => {
    const paths = document.paths as Record<string, Record<string, { operationId: string }>>;
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.servers).toEqual([{ url: origin }]);
  });

  it('keeps no word of ours in its schemas', () => {
    const ours = /"(alsoAccepts|leavesAloneWhenEmpty|defaultsTo|mayBeLeftOut|within|\$id|\$schema)":/;
    expect(JSON.stringify(document)).not.toMatch(ours);
  });
});

describe('the schema of what clients send', () => {
  const propertiesOf = (shape: z.core.$ZodLooseShape) => {
    const { thing } = jsonSchemasOf({ thing: z.object(shape) }, {}, 'input');
    return thing as { properties: Record<string, JsonSchema>; required: string[] };
  };

  it('says what is accepted beside the type, and within which bounds', () => {
    const { speed } = propertiesOf({ speed: laxNumber.pipe(z.number().min(1).max(2)) }).properties;
    const number = { type: 'number', minimum: 1, maximum: 2 };
    expect(speed).toEqual({
      anyOf: [
        number,
        {
          type: 'string',
          pattern: expect.any(String),
          contentMediaType: 'application/json',
          contentSchema: number,
        },
      ],
    });
  });

  it('has an example where one made up from the pattern would be noise', () => {
    const { properties } = propertiesOf({
      name: text(9),
      phone: phoneNumberText,
      url: httpUrl,
      map: stringMap,
    });
    const { name, phone, url, map } = properties;
    expect(name).toMatchObject({ pattern: expect.any(String), examples: ['text'] });
    expect(phone).toMatchObject({ anyOf: [{ examples: ['+14155552671'] }, { type: 'integer' }] });
    expect(url).toMatchObject({ examples: ['https://example.com/path'] });
    expect(map).toMatchObject({ additionalProperties: { examples: ['text'] } });
    const { code } = propertiesOf({ code: z.string().regex(/^\d{3}$/) }).properties;
    expect(code).not.toHaveProperty('examples');
    for (const [schema, example] of [
      [text(9), 'text'],
      [phoneNumberText, '+14155552671'],
      [httpUrl, 'https://example.com/path'],
    ] as const) {
      expect(schema.safeParse(example).success).toBe(true);
    }
  });

  it('shows defaults, also of what takes more than one form', () => {
    const { speed } = propertiesOf({ speed: withDefault(laxNumber, 1) }).properties;
    expect(speed).toMatchObject({ default: 1 });
  });

  it('has an empty object and null for what leaves a field alone', () => {
    const { label } = propertiesOf({ label: patch(z.literal('x')) }).properties;
    expect(label).toEqual({
      anyOf: [{ type: 'string', const: 'x' }, { $ref: '#/components/schemas/Undefined' }, { type: 'null' }],
    });
  });

  it('asks for a preprocessed field within a union', () => {
    const either = z.union([z.guid(), z.preprocess((value) => value, z.object({}))]);
    expect(propertiesOf({ either, other: z.string().optional() }).required).toEqual(['either']);
  });

  it('forbids what no text may hold', () => {
    const { name } = propertiesOf({ name: text(5) }).properties;
    const pattern = new RegExp(name?.pattern as string, 'u');
    expect(['a', '\0', '\ud800', '😀'].map((value) => pattern.test(value))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});
