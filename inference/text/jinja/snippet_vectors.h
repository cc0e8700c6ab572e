// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What Python's jinja2 makes of snippets of the language, by
// make_vectors.py snippets. The conversations are numbered as there.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_SNIPPET_VECTORS_H_
#define QUIPU_INFERENCE_TEXT_JINJA_SNIPPET_VECTORS_H_

#include <cstddef>

namespace quipu::inference::jinja {

// On conversation 3.
struct SnippetVector {
  const char* source;
  const char* text;
};

inline constexpr SnippetVector kSnippetVectors[] = {
    {"{{ messages|length }} {{ messages[-1].role }} {{ messages[1:3][0]['content'] }}",
     "5 assistant Hi"},
    {"{% for m in messages[::-1] if m.role != 'user' %}{{ loop.index }}/{{ loop.length "
     "}}{{ loop.first }}{{ loop.last }}{{ m.role }},{% else %}none{% endfor %}",
     "1/3TrueFalseassistant,2/3FalseFalseassistant,3/3FalseTruesystem,"},
    {"{% for m in [] %}x{% else %}none{% endfor %}", "none"},
    {"{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k ~ v }}{% if not loop.last %}, {% e"
     "ndif %}{% endfor %}",
     "a1, b2"},
    {"{% set x = 1 %}{% for i in range(3) %}{% set x = x + i %}{{ x }}{% endfor %}{{ x "
     "}}",
     "1231"},
    {"{% set ns = namespace(n=0) %}{% for i in range(1, 5) %}{% if i == 3 %}{% continue"
     " %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{% set ns.n = ns.n + i %}{% en"
     "dfor %}{{ ns.n }}",
     "3"},
    {"{% macro turn(role, text='none') %}<{{ role }}|{{ text }}>{% endmacro %}{{ turn('"
     "a') }}{{ turn('b', text='c') }}{{ turn(role='d') }}",
     "<a|none><b|c><d|none>"},
    {"{% set block %}a{{ 1 + 1 }}b{% endset %}[{{ block }}]{{ block|length }}", "[a2b]3"},
    {"{{ 'a' 'b' ~ 1 ~ true ~ none }}{{ missing }}{{ missing is defined }}{{ missing|de"
     "fault('d') }}{{ ''|default('e', true) }}",
     "ab1TrueNoneFalsede"},
    {"{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 - 2 * 3 }} {{ 2 ~ 3 + '4' }} {{ not true or 1 == "
     "1 and 'a' < 'b' }}",
     "-4 2 1 234 True"},
    {"{{ 'x' if false }}|{{ 'x' if false else 'y' }}|{{ 1 if 2 > 1 else 3 }}", "|y|1"},
    {"{{ 'Hello' in 'Hello.' }} {{ 'a' not in ['b'] }} {{ 'role' in messages[0] }} {{ '"
     "x' in messages[0] }} {{ 'x' in missing }}",
     "True True True False False"},
    {"{{ '  a b '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxa"
     "xx'.rstrip('x') }}|{{ 'a-b-c'.split('-')[-1] }}|{{ 'a-b-c'.split('-', 1)[1] }}",
     "a b|a|axx|xxa|c|b-c"},
    {"{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('ab') }}{{ 'abc'.replace('b', 'xx')"
     " }}{{ 'abc'|replace('c', '') }}{{ 'aBc'|upper }}{{ 'aBc'|lower }}{{ 'aBC'|capital"
     "ize }}",
     "TrueFalseaxxcabABCabcAbc"},
    {"{{ 'h\303\251llo'|length }}{{ 'h\303\251llo'[1] }}{{ 'h\303\251llo'[1:3] }}{{ 'h\303"
     "\251llo'[::-1] }}{{ 'abc'[5] }}{{ 'abc'[-2:] }}",
     "5\303\251\303\251loll\303\251hbc"},
    {"{{ messages|map(attribute='role')|join(', ') }} {{ messages|selectattr('role', 'e"
     "qualto', 'user')|list|length }} {{ (messages|rejectattr('role', 'equalto', 'user'"
     ")|list)[0].content }} {{ messages|first|length }}{{ ['a','b']|last }}",
     "system, user, assistant, user, assistant 2 Be brief. 2b"},
    {"{{ messages[0].get('role') }}{{ messages[0].get('x') }}{{ messages[0].get('x', 'y"
     "') }}{{ messages[0].x }}",
     "systemNoney"},
    {"{{ 1 is number }}{{ 'a' is string }}{{ messages is iterable }}{{ messages[0] is m"
     "apping }}{{ none is none }}{{ 3 is odd }}{{ true is boolean }}{{ missing is not d"
     "efined }}{{ false is false }}",
     "TrueTrueTrueTrueTrueTrueTrueTrueTrue"},
    {"  {% if true %}\n  a\n  {% endif %}\n b {%- if true -%}\n  c\n {%- endif %}\n\n  "
     "{# note #}\nd {#- x -#} e\n  {{ 'f' }}\n{{- 'g' -}}\n h\n",
     "  a\n bc\nde\n  fgh"},
    {"a\n{%+ if true %}b{%+ endif +%}\nc\n    {%- set x = 1 %}   d\n{% set y = 2 +%}\ne"
     "",
     "a\nb\nc   d\n\ne"},
    {"{% if missing %}a{% elif messages %}b{% else %}c{% endif %}{% if 0 or '' or [] or"
     " none %}x{% else %}y{% endif %}",
     "by"},
    {"{% set a, b = 'x', 'y' %}{{ a + b }}{{ (1, 2)[1] }}{{ [1, 2] + [3] == [1, 2, 3] }"
     "}{{ {'a': 1} == {'a': 1} }}{{ 1 == true }}{{ '' == false }}",
     "xy2TrueTrueTrueFalse"},
    {"{% generation %}{{ messages[2].content }}{% endgeneration %}{{ '5'|int + 1 }}{{ m"
     "essages[0].role|trim|safe }}",
     "Hello.6system"},
    {"{{ \"it's\" }}{{ 'a\\n\\tb\\'c\\\\' }}{{ \"\\\"\" }}{{ '}}' }}{{ {'a': {'b': 'c'}"
     "}['a']['b'] }}",
     "it'sa\n\011b'c\\\"}}c"},
    {"{% for i in range(5, 0, -2) %}{{ i }},{% endfor %}{% for i in range(0, 7, 3) %}{{"
     " i }},{% endfor %}{{ range(3, 0)|list|length }}{{ range(0, 3, -1)|list|length }}",
     "5,3,1,0,3,6,00"},
    {"{{ none.x is defined }}{{ none['x'] is defined }}{{ messages.role is defined }}{{"
     " messages['role'] is defined }}{{ messages[0].content['type'] is defined }}{{ 5['"
     "x'] is defined }}{{ messages[0][0] is defined }}{{ none[1:] is defined }}",
     "FalseFalseFalseFalseFalseFalseFalseFalse"},
    {"{{ messages[0]['content']['upper']() }}{{ messages.append is defined }}", "BE BRIEF.False"},
    {"{{ none|selectattr('a', 'equalto', 1)|list|length }}{{ none|map('trim')|list|leng"
     "th }}{{ ['a', '', 'b']|select|join }}{{ [1, 2, 3]|select('odd')|join }}{{ [1, 2, "
     "3]|reject('gt', 1)|join }}{{ [1, 2, 3]|select('<=', 2)|join }}",
     "00ab13112"},
    {"{{ [{'f': {'n': 'x'}}, {'f': {'n': 'y'}}]|selectattr('f.n', '==', 'y')|list|lengt"
     "h }}{{ [{'f': ['x']}]|map(attribute='f.0')|join }}{{ [{}, {'a': 1}]|map(attribute"
     "='a', default='d')|join(',') }}",
     "1xd,1"},
    {"{{ 'a' is in ['a'] }}{{ 'b' is in messages }}{{ 1 is eq 1 and 2 is gt(1) }}{% if "
     "'a' is not in ['b', 'c'] %}x{% endif %}{{ 'y' if 3 is odd else 'z' }}{{ raise_exc"
     "eption is callable }}{{ 1 is float }}",
     "TrueFalseTruexyTrueFalse"},
    {"{% set x = 1 %}{% set b %}{% set x = 2 %}{{ x }}{% endset %}{{ b }}{{ x }}{% gene"
     "ration %}{% set x = 3 %}{{ x }}{% endgeneration %}{{ x }}",
     "2131"},
    {"{{ 'xxaxx'|trim('x') }}|{{ 'xxaxx'|trim(chars='x') }}|{{ ' a '|trim(none) }}|{{ '"
     "h\303\251\303\251'.rstrip('\303\251') }}|{{ '\303\251b\303\251'.lstrip('\303\251'"
     ") }}",
     "a|a|a|h|b\303\251"},
    {"{{ 'h\303\251llo'|first }}{{ 'h\303\251llo'|last }}{{ 'h\303\251llo'|reverse }}{{"
     " 'h\303\251llo'[-4:-1] }}{{ 'h\303\251llo'[3:1] }}{{ 'h\303\251llo'[1:99] }}{{ 'a"
     "bcdef'[::2] }}{{ ''|first }}",
     "hooll\303\251h\303\251ll\303\251lloace"},
    {"{{ \"it's a-b c2d\".title() }} {{ \"it's a-b (c) 2d\"|title }} {{ ','.join(['a', "
     "'b']) }} {{ 'h\303\251llo'.find('l') }}{{ 'a'.find('b') }} {{ 'ab'.removeprefix('"
     "a') }}{{ 'ab'.removesuffix('b') }} {{ '<{}|{}>'.format('x', 1) }}",
     "It'S A-B C2D It's A-B (C) 2d a,b 2-1 ba <x|1>"},
    {"{% set ns = namespace({'a': 1, 'b': 2}, b=3) %}{{ ns.a }}{{ ns.b }}{{ ns.c is def"
     "ined }}{% for m in messages %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}",
     "13False1010101010"},
};

// What the renderer refuses, and a part of why.
struct RefusedSnippet {
  const char* why;
  const char* source;
};

inline constexpr RefusedSnippet kRefused[] = {
    {"include", "{% include 'x' %}"},
    {"tojson", "{{ messages|tojson }}"},
    {"printing", "{{ messages }}"},
    {"number", "{{ 1.5 }}"},
    {"such a call of encode", "{{ messages[0].role.encode('x') }}"},
    {"a call of an undefined value", "{{ messages[0].role.encoded('x') }}"},
    {"a call of an undefined value", "{{ messages.append(1) }}"},
    {"a call of an undefined value", "{{ messages[0].pop('role') }}"},
    {"the method copy of a dictionary", "{{ messages[0].copy() }}"},
    {"the method index of a list", "{{ messages.index(1) }}"},
    {"such a call of startswith", "{{ 'abc'.startswith('b', 1) }}"},
    {"a call of an undefined value",
     "{% for m in messages %}{{ loop.cycle('a', 'b') }}{% endfor %}"},
    {"the macro f has no parameter 2", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}"},
    {"the macro f has no parameter b", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=2) }}"},
    {"an unpacked argument", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*[1]) }}"},
    {"an index of an undefined value", "{{ missing['role'] }}"},
    {"step 0", "{{ range(0, 5, 0)|list }}"},
    {"a namespace inside another value", "{% set ns = namespace() %}{% set ns.self = ns %}"},
    {"a namespace inside another value", "{% set ns = namespace() %}{{ [ns]|length }}"},
    {"inside each other",
     "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = [ns.x] %}{%"
     " endfor %}"},
    {"undefined", "{{ missing.role }}"},
    {"a string and a number", "{{ 'a' + 1 }}"},
    {"endif", "{% if true %}a"},
    {"does not end", "{{ 'a"},
    {"no such role", "{{ raise_exception('no such role') }}"},
    {"operator", "{{ 1 / 2 }}"},
    {"weird", "{{ 'a' is weird }}"},
    {"recursive", "{% for m in messages recursive %}{% endfor %}"},
    {"does not end",
     "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(60) %}{% set ns.t = ns.t "
     "~ ns.t %}{% endfor %}"},
    {"does not end",
     "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}"},
    {"call each other", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"},
    {"deep",
     "{{ (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
     "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
     "))))))))))))))))))))))))))))))))))) }}"},
    {"more than 400 deep",
     "{{ 'a'|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|"
     "trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|t"
     "rim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tr"
     "im|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|tri"
     "m|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim"
     "|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim|trim }}"},
    {"more than 400 deep",
     "{{ 'a'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'"
     "~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~"
     "'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'"
     "b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b"
     "'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b'~'b' }}"},
    {"more than 400 deep",
     "{{ missing.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
     ".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a }}"},
    {"the filter map with so many arguments",
     "{{ 'a'|map('map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', '"
     "map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map'"
     ", 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'm"
     "ap', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map',"
     " 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'ma"
     "p', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', "
     "'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map', 'map"
     "', 'map', 'map', 'map', 'map', 'map', 'map', 'trim') }}"},
    {"the template is more than 1000 deep",
     "{% macro f() %}{{ f() ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a'"
     " ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ "
     "'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a'"
     " ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ "
     "'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a'"
     " ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ "
     "'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' ~ 'a' }}{% "
     "endmacro %}{{ f() }}"},
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_SNIPPET_VECTORS_H_
