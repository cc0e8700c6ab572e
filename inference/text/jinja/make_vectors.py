#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes family_vectors.h and snippet_vectors.h: what Python's jinja2 makes of templates.

Run by hand, with jinja2 3.1 (Debian's python3-jinja2), and clang-format the result:
    python3 make_vectors.py families > family_vectors.h
    python3 make_vectors.py snippets > snippet_vectors.h
The environment is the one that transformers sets up for chat templates.
"""
import sys

import jinja2
import jinja2.ext
import jinja2.sandbox

U, A, S = "user", "assistant", "system"


def conversation(*turns):
    return [{"role": role, "content": content} for role, content in turns]


# The numbering of the vectors.
CONVERSATIONS = [
    conversation((U, "Hi")),
    conversation((S, "Be brief."), (U, "Hi")),
    conversation((U, "Hi"), (A, "Hello.")),
    conversation((S, "Be brief."), (U, "Hi"), (A, "Hello."), (U, "Who?"), (A, "A knot.")),
    conversation((U, "Hi"), (A, "Hello."), (U, "Who?"), (A, "A knot."), (U, "Why?"), (A, "So.")),
    conversation((S, " Be\tbrief. \n"), (U, "\n  Hi \u00a0\n"), (A, "\n Hello.\u3000\n"),
                 (U, "\x1c?\x1f\n"), (A, "\n\nSo. ")),
    conversation((U, "Hi"), (A, "<think>\nFirst.\n</think>\n\nHello."), (U, "Who?"),
                 (A, "<think>\n\nThen.\n\n</think>\n\n\nA knot.")),
    conversation((S, ""), (U, "")),
]

FAMILIES = {
    "llama2": r"""{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\n' + system_message + '\n<</SYS>>\n\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "llama3": r"""{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>

'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>

' }}{% endif %}""",
    "llama3.1": r"""{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The system message goes into its own block. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\n" }}
    {{- "Tools: " + builtin_tools | reject('equalto', 'code_interpreter') | join(", ") + "\n\n"}}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\n" }}
{{- "Today Date: " + date_string + "\n\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {{- message.tool_calls[0].function.arguments | tojson }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
""",
    "mistral-v1": r"""{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('roles must alternate') }}
    {%- endif %}
    {%- if message["role"] == "user" %}
        {%- if loop.first and system_message is defined %}
            {{- " [INST] " + system_message + "\n\n" + message["content"] + " [/INST]" }}
        {%- else %}
            {{- " [INST] " + message["content"] + " [/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"] + eos_token}}
    {%- else %}
        {{- raise_exception("only user and assistant") }}
    {%- endif %}
{%- endfor %}
""",
    "mistral-v3": r"""{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}

{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS]" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- endif %}
{%- endfor %}
""",
    "mistral-tekken": r"""{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST]" + system_message + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST]" + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- message["content"] + eos_token}}
    {%- endif %}
{%- endfor %}
""",
    "chatml": r"""{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}""",
    "chatml/qwen": r"""{%- if tools %}
    {{- '<|im_start|>system\n' }}
    {%- for tool in tools %}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}
    {%- else %}
        {{- '<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
""",
    "chatml/variable": r"""{% if messages[0]['role']=='system' %}{% set s = messages[0]['content'] %}{% set messages = messages[1:] %}{% else %}{% set s = 'You are a careful archivist.' %}{% endif %}{{'<|im_start|>system
' + s + '<|im_end|>
'}}{% for m in messages %}{{'<|im_start|>' + m['role'] + '
' + m['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}""",
    "chatml-bos": r"""{{bos_token}}{% for m in messages %}{{'<|im_start|>' + m['role'] + '
' + m['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}""",
    "qwen3": r"""{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\n<think>\n' + reasoning_content.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {{- message.tool_calls | tojson }}
        {%- endif %}
        {{- '<|im_end|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}""",
    "phi4": r"""{% for message in messages %}{% if (message['role'] == 'system') %}{{'<|im_start|>system<|im_sep|>' + message['content'] + '<|im_end|>'}}{% elif (message['role'] == 'user') %}{{'<|im_start|>user<|im_sep|>' + message['content'] + '<|im_end|>'}}{% elif (message['role'] == 'assistant') %}{{'<|im_start|>assistant<|im_sep|>' + message['content'] + '<|im_end|>'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}""",
}

# Each on conversation 3.
SNIPPETS = [
    "{{ messages|length }} {{ messages[-1].role }} {{ messages[1:3][0]['content'] }}",
    "{% for m in messages[::-1] if m.role != 'user' %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ m.role }},{% else %}none{% endfor %}",
    "{% for m in [] %}x{% else %}none{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k ~ v }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% set x = 1 %}{% for i in range(3) %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(n=0) %}{% for i in range(1, 5) %}{% if i == 3 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% macro turn(role, text='none') %}<{{ role }}|{{ text }}>{% endmacro %}{{ turn('a') }}{{ turn('b', text='c') }}{{ turn(role='d') }}",
    "{% set block %}a{{ 1 + 1 }}b{% endset %}[{{ block }}]{{ block|length }}",
    "{{ 'a' 'b' ~ 1 ~ true ~ none }}{{ missing }}{{ missing is defined }}{{ missing|default('d') }}{{ ''|default('e', true) }}",
    "{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 - 2 * 3 }} {{ 2 ~ 3 + '4' }} {{ not true or 1 == 1 and 'a' < 'b' }}",
    "{{ 'x' if false }}|{{ 'x' if false else 'y' }}|{{ 1 if 2 > 1 else 3 }}",
    "{{ 'Hello' in 'Hello.' }} {{ 'a' not in ['b'] }} {{ 'role' in messages[0] }} {{ 'x' in messages[0] }} {{ 'x' in missing }}",
    "{{ '  a b '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}|{{ 'a-b-c'.split('-')[-1] }}|{{ 'a-b-c'.split('-', 1)[1] }}",
    "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('ab') }}{{ 'abc'.replace('b', 'xx') }}{{ 'abc'|replace('c', '') }}{{ 'aBc'|upper }}{{ 'aBc'|lower }}{{ 'aBC'|capitalize }}",
    "{{ 'h\u00e9llo'|length }}{{ 'h\u00e9llo'[1] }}{{ 'h\u00e9llo'[1:3] }}{{ 'h\u00e9llo'[::-1] }}{{ 'abc'[5] }}{{ 'abc'[-2:] }}",
    "{{ messages|map(attribute='role')|join(', ') }} {{ messages|selectattr('role', 'equalto', 'user')|list|length }} {{ (messages|rejectattr('role', 'equalto', 'user')|list)[0].content }} {{ messages|first|length }}{{ ['a','b']|last }}",
    "{{ messages[0].get('role') }}{{ messages[0].get('x') }}{{ messages[0].get('x', 'y') }}{{ messages[0].x }}",
    "{{ 1 is number }}{{ 'a' is string }}{{ messages is iterable }}{{ messages[0] is mapping }}{{ none is none }}{{ 3 is odd }}{{ true is boolean }}{{ missing is not defined }}{{ false is false }}",
    "  {% if true %}\n  a\n  {% endif %}\n b {%- if true -%}\n  c\n {%- endif %}\n\n  {# note #}\nd {#- x -#} e\n  {{ 'f' }}\n{{- 'g' -}}\n h\n",
    "a\n{%+ if true %}b{%+ endif +%}\nc\n    {%- set x = 1 %}   d\n{% set y = 2 +%}\ne",
    "{% if missing %}a{% elif messages %}b{% else %}c{% endif %}{% if 0 or '' or [] or none %}x{% else %}y{% endif %}",
    "{% set a, b = 'x', 'y' %}{{ a + b }}{{ (1, 2)[1] }}{{ [1, 2] + [3] == [1, 2, 3] }}{{ {'a': 1} == {'a': 1} }}{{ 1 == true }}{{ '' == false }}",
    "{% generation %}{{ messages[2].content }}{% endgeneration %}{{ '5'|int + 1 }}{{ messages[0].role|trim|safe }}",
    "{{ \"it's\" }}{{ 'a\\n\\tb\\'c\\\\' }}{{ \"\\\"\" }}{{ '}}' }}{{ {'a': {'b': 'c'}}['a']['b'] }}",
    "{% for i in range(5, 0, -2) %}{{ i }},{% endfor %}{% for i in range(0, 7, 3) %}{{ i }},{% endfor %}{{ range(3, 0)|list|length }}{{ range(0, 3, -1)|list|length }}",
    "{{ none.x is defined }}{{ none['x'] is defined }}{{ messages.role is defined }}{{ messages['role'] is defined }}{{ messages[0].content['type'] is defined }}{{ 5['x'] is defined }}{{ messages[0][0] is defined }}{{ none[1:] is defined }}",
    "{{ messages[0]['content']['upper']() }}{{ messages.append is defined }}",
    "{{ none|selectattr('a', 'equalto', 1)|list|length }}{{ none|map('trim')|list|length }}{{ ['a', '', 'b']|select|join }}{{ [1, 2, 3]|select('odd')|join }}{{ [1, 2, 3]|reject('gt', 1)|join }}{{ [1, 2, 3]|select('<=', 2)|join }}",
    "{{ [{'f': {'n': 'x'}}, {'f': {'n': 'y'}}]|selectattr('f.n', '==', 'y')|list|length }}{{ [{'f': ['x']}]|map(attribute='f.0')|join }}{{ [{}, {'a': 1}]|map(attribute='a', default='d')|join(',') }}",
    "{{ 'a' is in ['a'] }}{{ 'b' is in messages }}{{ 1 is eq 1 and 2 is gt(1) }}{% if 'a' is not in ['b', 'c'] %}x{% endif %}{{ 'y' if 3 is odd else 'z' }}{{ raise_exception is callable }}{{ 1 is float }}",
    "{% set x = 1 %}{% set b %}{% set x = 2 %}{{ x }}{% endset %}{{ b }}{{ x }}{% generation %}{% set x = 3 %}{{ x }}{% endgeneration %}{{ x }}",
    "{{ 'xxaxx'|trim('x') }}|{{ 'xxaxx'|trim(chars='x') }}|{{ ' a '|trim(none) }}|{{ 'héé'.rstrip('é') }}|{{ 'ébé'.lstrip('é') }}",
    "{{ 'héllo'|first }}{{ 'héllo'|last }}{{ 'héllo'|reverse }}{{ 'héllo'[-4:-1] }}{{ 'héllo'[3:1] }}{{ 'héllo'[1:99] }}{{ 'abcdef'[::2] }}{{ ''|first }}",
    "{{ \"it's a-b c2d\".title() }} {{ \"it's a-b (c) 2d\"|title }} {{ ','.join(['a', 'b']) }} {{ 'héllo'.find('l') }}{{ 'a'.find('b') }} {{ 'ab'.removeprefix('a') }}{{ 'ab'.removesuffix('b') }} {{ '<{}|{}>'.format('x', 1) }}",
    "{% set ns = namespace({'a': 1, 'b': 2}, b=3) %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}{% for m in messages %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}",
]

# What the renderer refuses; the text is part of its message.
REFUSED = [
    ("{% include 'x' %}", "include"),
    ("{{ messages|tojson }}", "tojson"),
    ("{{ messages }}", "printing"),
    ("{{ 1.5 }}", "number"),
    ("{{ messages[0].role.encode('x') }}", "such a call of encode"),
    ("{{ messages[0].role.encoded('x') }}", "a call of an undefined value"),
    ("{{ messages.append(1) }}", "a call of an undefined value"),
    ("{{ messages[0].pop('role') }}", "a call of an undefined value"),
    ("{{ messages[0].copy() }}", "the method copy of a dictionary"),
    ("{{ messages.index(1) }}", "the method index of a list"),
    ("{{ 'abc'.startswith('b', 1) }}", "such a call of startswith"),
    ("{% for m in messages %}{{ loop.cycle('a', 'b') }}{% endfor %}", "a call of an undefined value"),
    ("{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}", "the macro f has no parameter 2"),
    ("{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=2) }}", "the macro f has no parameter b"),
    ("{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*[1]) }}", "an unpacked argument"),
    ("{{ missing['role'] }}", "an index of an undefined value"),
    ("{{ range(0, 5, 0)|list }}", "step 0"),
    ("{% set ns = namespace() %}{% set ns.self = ns %}", "a namespace inside another value"),
    ("{% set ns = namespace() %}{{ [ns]|length }}", "a namespace inside another value"),
    ("{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = [ns.x] %}{% endfor %}", "inside each other"),
    ("{{ missing.role }}", "undefined"),
    ("{{ 'a' + 1 }}", "a string and a number"),
    ("{% if true %}a", "endif"),
    ("{{ 'a", "does not end"),
    ("{{ raise_exception('no such role') }}", "no such role"),
    ("{{ 1 / 2 }}", "operator"),
    ("{{ 'a' is weird }}", "weird"),
    ("{% for m in messages recursive %}{% endfor %}", "recursive"),
    ("{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}", "does not end"),
    ("{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}", "does not end"),
    ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "call each other"),
    ("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}", "deep"),
    ("{{ 'a'" + "|trim" * 1000 + " }}", "more than 400 deep"),
    ("{{ 'a'" + "~'b'" * 1000 + " }}", "more than 400 deep"),
    ("{{ missing" + ".a" * 1000 + " }}", "more than 400 deep"),
    ("{{ 'a'|map(" + "'map', " * 1000 + "'trim') }}", "the filter map with so many arguments"),
    ("{% macro f() %}{{ f()" + " ~ 'a'" * 90 + " }}{% endmacro %}{{ f() }}", "the template is more than 1000 deep"),
]


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    env.globals["raise_exception"] = raise_exception
    return env


def quoted(text):
    out, line = [], ""
    for byte in text.encode():
        c = chr(byte)
        if c == "\n":
            line += "\\n"
        elif c in "\"\\":
            line += "\\" + c
        elif byte < 0x20 or byte >= 0x7F:
            line += "\\%03o" % byte
        elif c == "?":
            line += "\\?"
        else:
            line += c
        if len(line) > 80:
            out.append('"%s"' % line)
            line = ""
    out.append('"%s"' % line)
    return "\n     ".join(out)


HEAD = """// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// %s, by
// make_vectors.py %s. The conversations are numbered as there.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_%s_VECTORS_H_
#define QUIPU_INFERENCE_TEXT_JINJA_%s_VECTORS_H_

#include <cstddef>

namespace quipu::inference::jinja {
"""

TAIL = """
}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_%s_VECTORS_H_"""


def families(env):
    print(HEAD % ("What Python's jinja2 makes of chat templates in the publishers' way", "families",
                  "FAMILY", "FAMILY"))
    print("struct FamilySource {\n  const char* name;\n  const char* source;\n};\n")
    print("inline constexpr FamilySource kFamilySources[] = {")
    for name, source in FAMILIES.items():
        print("    {\"%s\",\n     %s}," % (name, quoted(source)))
    print("};\n\nstruct FamilyVector {\n  const char* name;\n  size_t conversation;\n"
          "  const char* text;\n};\n\ninline constexpr FamilyVector kFamilyVectors[] = {")
    for name, source in FAMILIES.items():
        bos = "<|begin_of_text|>" if name.startswith("llama3") or name == "chatml-bos" else "<s>"
        eos = "<|eot_id|>" if name.startswith("llama3") else "</s>"
        for number, messages in enumerate(CONVERSATIONS):
            text = env.from_string(source).render(
                messages=messages, tools=None, documents=None, bos_token=bos, eos_token=eos,
                add_generation_prompt=messages[-1]["role"] == U, enable_thinking=False)
            print("    {\"%s\", %d,\n     %s}," % (name, number, quoted(text)))
    print("};\n" + TAIL % "FAMILY")


def snippets(env):
    print(HEAD % ("What Python's jinja2 makes of snippets of the language", "snippets", "SNIPPET",
                  "SNIPPET"))
    print("// On conversation 3.\nstruct SnippetVector {\n  const char* source;\n"
          "  const char* text;\n};\n\ninline constexpr SnippetVector kSnippetVectors[] = {")
    for source in SNIPPETS:
        text = env.from_string(source).render(messages=CONVERSATIONS[3])
        print("    {%s,\n     %s}," % (quoted(source), quoted(text)))
    print("};\n\n// What the renderer refuses, and a part of why.\nstruct RefusedSnippet {\n"
          "  const char* why;\n  const char* source;\n};\n\n"
          "inline constexpr RefusedSnippet kRefused[] = {")
    for source, why in REFUSED:
        print("    {\"%s\",\n     %s}," % (why, quoted(source)))
    print("};\n" + TAIL % "SNIPPET")


if __name__ == "__main__":
    {"families": families, "snippets": snippets}[sys.argv[1]](environment())
