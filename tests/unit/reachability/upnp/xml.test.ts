import { describe, expect, it } from 'vitest';
import { child, quoteXml, readXml, XmlError } from '../../../../src-main/reachability/upnp/xml.ts';

const leaf = (name: string, text = '') => ({ name, text, children: [] });

describe('readXml', () => {
  it('reads elements by local name, whatever their prefix, case, attributes and line ends', () => {
    const text =
      '\ufeff<?xml version="1.0"?>\r\n<!-- <no> -->\r\n<s:Envelope xmlns:s="urn:a" x=\'>\'>\r\n\t<S:BODY><a/>\r\n<b c="/"> x </b ></S:BODY>\r\n</s:Envelope>\r\n\0';
    expect(readXml(text)).toEqual({
      name: 'envelope',
      text: '',
      children: [{ name: 'body', text: '', children: [leaf('a'), leaf('b', 'x')] }],
    });
  });

  it('reads CDATA as it stands, the five entities and characters by number', () => {
    expect(readXml('<a>1<![CDATA[<&amp;]]>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>').text).toBe(
      `1<&amp;<>&"'A\u{1f600}`,
    );
  });

  it('finds children whatever their case', () => {
    const root = readXml('<a><B>1</B><b>2</b></a>');
    expect(child(root, 'b')?.text).toBe('1');
    expect(child(root, 'c')).toBeUndefined();
    expect(child(undefined, 'c')).toBeUndefined();
  });

  it('reads again what it quoted', () => {
    const text = `<&>"' &amp; ]]>`;
    expect(readXml(`<a>${quoteXml(text)}</a>`).text).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'no'],
    ['text after the root', '<a/>b'],
    ['a second root', '<a/><b/>'],
    ['an open root', '<a>'],
    ['tags that cross', '<a><b></a></b>'],
    ['an end without a beginning', '</a>'],
    ['a tag without an end', '<a'],
    ['a quote without an end', '<a b="'],
    ['a comment without an end', '<a><!-- </a>'],
    ['CDATA without an end', '<a><![CDATA[</a>'],
    ['an instruction without an end', '<?xml <a/>'],
    ['a tag within a tag', '<a <b/></a>'],
    ['no name', '<1/>'],
    ['a long name', `<${'a'.repeat(128)}/>`],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><a>&z;</a>'],
    ['an entity from outside', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an entity that was not declared', '<a>&x;</a>'],
    ['an entity by the name of a method', '<a>&toString;</a>'],
    ['a stray ampersand', '<a>1 & 2</a>'],
    ['a character that is none', '<a>&#0;</a>'],
    ['half of a character', '<a>&#xd800;</a>'],
    ['a character beyond all', '<a>&#x110000;</a>'],
    ['33 levels', `${'<a>'.repeat(33)}${'</a>'.repeat(33)}`],
    ['5000 elements', `<a>${'<b/>'.repeat(5000)}</a>`],
    ['10 MB', `<a>${' '.repeat(10_000_000)}</a>`],
  ])('refuses %s', (_, text) => {
    expect(() => readXml(text)).toThrow(XmlError);
  });

  it.each([
    ['<', 1],
    ['&', 1],
    ['<a ', 3],
    ['<!--', 4],
    ['<![CDATA[', 9],
    ['<a b="', 6],
    ['</', 2],
    ['&#', 2],
    ['<a>', 3],
  ])('passes once over a text of %s', (piece, length) => {
    const long = 2 * 1024 * 1024;
    // A reader that went over it again and again would take hours, and a test may not.
    expect(() => readXml(`<a>${piece.repeat(Math.floor((long - 8) / length))}`, long)).toThrow(XmlError);
  });
});
