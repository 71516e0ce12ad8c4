import { parseXml } from './xml';

it('reads elements, attributes, text, CDATA and comments', () => {
  const root = parseXml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a --><R a='1' b="x &amp; &quot;y&quot; &#65;&#x42;"><!-- c --><S/> t &lt; <![CDATA[<raw> & ]]></R>\n`,
  );
  expect(root).toEqual({
    name: 'R',
    attributes: { a: '1', b: 'x & "y" AB' },
    children: [{ name: 'S', attributes: {}, children: [], text: '' }],
    text: 't < <raw> &',
  });
});

it.each([
  '',
  'text',
  '<a>',
  '<a></b>',
  '<a/><b/>',
  '<a b=1/>',
  '<a b="1" b="2"/>',
  '<a b="1"c="2"/>',
  '<a b="<"/>',
  '<a>&nbsp;</a>',
  '<a>x & y</a>',
  '<a>&#0;</a>',
  '<a/>text',
  '<!DOCTYPE a><a/>',
  '<a><?pi ?></a>',
  `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`,
])('refuses %s', (text) => {
  expect(() => parseXml(text)).toThrow(expect.objectContaining({ name: 'XmlError' }));
});
