// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What Python's jinja2 makes of chat templates in the publishers' way, by
// make_vectors.py families. The conversations are numbered as there.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_FAMILY_VECTORS_H_
#define QUIPU_INFERENCE_TEXT_JINJA_FAMILY_VECTORS_H_

#include <cstddef>

namespace quipu::inference::jinja {

struct FamilySource {
  const char* name;
  const char* source;
};

inline constexpr FamilySource kFamilySources[] = {
    {"llama2",
     "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% "
     "set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = me"
     "ssages %}{% set system_message = false %}{% endif %}{% for message in loop_messag"
     "es %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_excep"
     "tion('roles must alternate') }}{% endif %}{% if loop.index0 == 0 and system_messa"
     "ge != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n"
     "' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif"
     " %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() +"
     " ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() "
     "+ ' ' + eos_token }}{% endif %}{% endfor %}"},
    {"llama3",
     "{% set loop_messages = messages %}{% for message in loop_messages %}{% set conten"
     "t = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['c"
     "ontent'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_to"
     "ken + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %"
     "}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"},
    {"llama3.1",
     "{{- bos_token }}\n{%- if custom_tools is defined %}\n    {%- set tools = custom_t"
     "ools %}\n{%- endif %}\n{%- if not date_string is defined %}\n    {%- if strftime_"
     "now is defined %}\n        {%- set date_string = strftime_now(\"%d %b %Y\") %}\n "
     "   {%- else %}\n        {%- set date_string = \"26 Jul 2024\" %}\n    {%- endif %"
     "}\n{%- endif %}\n{%- if not tools is defined %}\n    {%- set tools = none %}\n{%-"
     " endif %}\n\n{#- The system message goes into its own block. #}\n{%- if messages["
     "0]['role'] == 'system' %}\n    {%- set system_message = messages[0]['content']|tr"
     "im %}\n    {%- set messages = messages[1:] %}\n{%- else %}\n    {%- set system_me"
     "ssage = \"\" %}\n{%- endif %}\n\n{{- \"<|start_header_id|>system<|end_header_id|>"
     "\\n\\n\" }}\n{%- if tools is not none %}\n    {{- \"Environment: ipython\\n\" }}\n"
     "    {{- \"Tools: \" + builtin_tools | reject('equalto', 'code_interpreter') | joi"
     "n(\", \") + \"\\n\\n\"}}\n{%- endif %}\n{{- \"Cutting Knowledge Date: December 20"
     "23\\n\" }}\n{{- \"Today Date: \" + date_string + \"\\n\\n\" }}\n{{- system_messag"
     "e }}\n{{- \"<|eot_id|>\" }}\n{%- for message in messages %}\n    {%- if not (mess"
     "age.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}\n "
     "       {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ m"
     "essage['content'] | trim + '<|eot_id|>' }}\n    {%- elif 'tool_calls' in message "
     "%}\n        {{- message.tool_calls[0].function.arguments | tojson }}\n    {%- end"
     "if %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|start_header_id"
     "|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n"},
    {"mistral-v1",
     "{%- if messages[0][\"role\"] == \"system\" %}\n    {%- set system_message = messa"
     "ges[0][\"content\"] %}\n    {%- set loop_messages = messages[1:] %}\n{%- else %}\n"
     "    {%- set loop_messages = messages %}\n{%- endif %}\n\n{{- bos_token }}\n{%- fo"
     "r message in loop_messages %}\n    {%- if (message['role'] == 'user') != (loop.in"
     "dex0 % 2 == 0) %}\n        {{- raise_exception('roles must alternate') }}\n    {%"
     "- endif %}\n    {%- if message[\"role\"] == \"user\" %}\n        {%- if loop.firs"
     "t and system_message is defined %}\n            {{- \" [INST] \" + system_message"
     " + \"\\n\\n\" + message[\"content\"] + \" [/INST]\" }}\n        {%- else %}\n    "
     "        {{- \" [INST] \" + message[\"content\"] + \" [/INST]\" }}\n        {%- en"
     "dif %}\n    {%- elif message[\"role\"] == \"assistant\" %}\n        {{- \" \" + m"
     "essage[\"content\"] + eos_token}}\n    {%- else %}\n        {{- raise_exception(\""
     "only user and assistant\") }}\n    {%- endif %}\n{%- endfor %}\n"},
    {"mistral-v3",
     "{%- if messages[0][\"role\"] == \"system\" %}\n    {%- set system_message = messa"
     "ges[0][\"content\"] %}\n    {%- set loop_messages = messages[1:] %}\n{%- else %}\n"
     "    {%- set loop_messages = messages %}\n{%- endif %}\n{%- if not tools is define"
     "d %}\n    {%- set tools = none %}\n{%- endif %}\n{%- set user_messages = loop_mes"
     "sages | selectattr(\"role\", \"equalto\", \"user\") | list %}\n\n{%- set ns = nam"
     "espace() %}\n{%- set ns.index = 0 %}\n{%- for message in loop_messages %}\n    {%"
     "- if not (message.role == \"tool\" or (message.tool_calls is defined and message."
     "tool_calls is not none)) %}\n        {%- if (message[\"role\"] == \"user\") != (n"
     "s.index % 2 == 0) %}\n            {{- raise_exception(\"roles must alternate\") }"
     "}\n        {%- endif %}\n        {%- set ns.index = ns.index + 1 %}\n    {%- endi"
     "f %}\n{%- endfor %}\n\n{{- bos_token }}\n{%- for message in loop_messages %}\n   "
     " {%- if message[\"role\"] == \"user\" %}\n        {%- if tools is not none and (m"
     "essage == user_messages[-1]) %}\n            {{- \"[AVAILABLE_TOOLS]\" }}\n      "
     "  {%- endif %}\n        {%- if loop.last and system_message is defined %}\n      "
     "      {{- \"[INST] \" + system_message + \"\\n\\n\" + message[\"content\"] + \"[/"
     "INST]\" }}\n        {%- else %}\n            {{- \"[INST] \" + message[\"content\""
     "] + \"[/INST]\" }}\n        {%- endif %}\n    {%- elif message[\"role\"] == \"ass"
     "istant\" %}\n        {{- \" \" + message[\"content\"]|trim + eos_token}}\n    {%-"
     " endif %}\n{%- endfor %}\n"},
    {"mistral-tekken",
     "{%- if messages[0][\"role\"] == \"system\" %}\n    {%- set system_message = messa"
     "ges[0][\"content\"] %}\n    {%- set loop_messages = messages[1:] %}\n{%- else %}\n"
     "    {%- set loop_messages = messages %}\n{%- endif %}\n{{- bos_token }}\n{%- for "
     "message in loop_messages %}\n    {%- if message[\"role\"] == \"user\" %}\n       "
     " {%- if loop.last and system_message is defined %}\n            {{- \"[INST]\" + "
     "system_message + \"\\n\\n\" + message[\"content\"] + \"[/INST]\" }}\n        {%- "
     "else %}\n            {{- \"[INST]\" + message[\"content\"] + \"[/INST]\" }}\n    "
     "    {%- endif %}\n    {%- elif message[\"role\"] == \"assistant\" %}\n        {{-"
     " message[\"content\"] + eos_token}}\n    {%- endif %}\n{%- endfor %}\n"},
    {"chatml",
     "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|i"
     "m_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assis"
     "tant\\n' }}{% endif %}"},
    {"chatml/qwen",
     "{%- if tools %}\n    {{- '<|im_start|>system\\n' }}\n    {%- for tool in tools %}"
     "\n        {{- tool | tojson }}\n    {%- endfor %}\n{%- else %}\n    {%- if messag"
     "es[0]['role'] == 'system' %}\n        {{- '<|im_start|>system\\n' + messages[0]['"
     "content'] + '<|im_end|>\\n' }}\n    {%- else %}\n        {{- '<|im_start|>system\\"
     "nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\"
     "n' }}\n    {%- endif %}\n{%- endif %}\n{%- for message in messages %}\n    {%- if"
     " (message.role == \"user\") or (message.role == \"system\" and not loop.first) or"
     " (message.role == \"assistant\" and not message.tool_calls) %}\n        {{- '<|im"
     "_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\n   "
     " {%- elif message.role == \"tool\" %}\n        {%- if (loop.index0 == 0) or (mess"
     "ages[loop.index0 - 1].role != \"tool\") %}\n            {{- '<|im_start|>user' }}"
     "\n        {%- endif %}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_pr"
     "ompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n"},
    {"chatml/variable",
     "{% if messages[0]['role']=='system' %}{% set s = messages[0]['content'] %}{% set "
     "messages = messages[1:] %}{% else %}{% set s = 'You are a careful archivist.' %}{"
     "% endif %}{{'<|im_start|>system\n' + s + '<|im_end|>\n'}}{% for m in messages %}{"
     "{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfo"
     "r %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"},
    {"chatml-bos",
     "{{bos_token}}{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['cont"
     "ent'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_s"
     "tart|>assistant\n' }}{% endif %}"},
    {"qwen3",
     "{%- if messages[0].role == 'system' %}\n    {{- '<|im_start|>system\\n' + message"
     "s[0].content + '<|im_end|>\\n' }}\n{%- endif %}\n{%- set ns = namespace(multi_ste"
     "p_tool=true, last_query_index=messages|length - 1) %}\n{%- for message in message"
     "s[::-1] %}\n    {%- set index = (messages|length - 1) - loop.index0 %}\n    {%- i"
     "f ns.multi_step_tool and message.role == \"user\" and message.content is string a"
     "nd not(message.content.startswith('<tool_response>') and message.content.endswith"
     "('</tool_response>')) %}\n        {%- set ns.multi_step_tool = false %}\n        "
     "{%- set ns.last_query_index = index %}\n    {%- endif %}\n{%- endfor %}\n{%- for "
     "message in messages %}\n    {%- if message.content is string %}\n        {%- set "
     "content = message.content %}\n    {%- else %}\n        {%- set content = '' %}\n "
     "   {%- endif %}\n    {%- if (message.role == \"user\") or (message.role == \"syst"
     "em\" and not loop.first) %}\n        {{- '<|im_start|>' + message.role + '\\n' + "
     "content + '<|im_end|>' + '\\n' }}\n    {%- elif message.role == \"assistant\" %}\n"
     "        {%- set reasoning_content = '' %}\n        {%- if message.reasoning_conte"
     "nt is string %}\n            {%- set reasoning_content = message.reasoning_conten"
     "t %}\n        {%- else %}\n            {%- if '</think>' in content %}\n         "
     "       {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').spl"
     "it('<think>')[-1].lstrip('\\n') %}\n                {%- set content = content.spl"
     "it('</think>')[-1].lstrip('\\n') %}\n            {%- endif %}\n        {%- endif "
     "%}\n        {%- if loop.index0 > ns.last_query_index %}\n            {%- if loop."
     "last or (not loop.last and reasoning_content) %}\n                {{- '<|im_start"
     "|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</thi"
     "nk>\\n\\n' + content.lstrip('\\n') }}\n            {%- else %}\n                {"
     "{- '<|im_start|>' + message.role + '\\n' + content }}\n            {%- endif %}\n"
     "        {%- else %}\n            {{- '<|im_start|>' + message.role + '\\n' + cont"
     "ent }}\n        {%- endif %}\n        {%- if message.tool_calls %}\n            {"
     "{- message.tool_calls | tojson }}\n        {%- endif %}\n        {{- '<|im_end|>\\"
     "n' }}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- "
     "'<|im_start|>assistant\\n' }}\n    {%- if enable_thinking is defined and enable_t"
     "hinking is false %}\n        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- endif "
     "%}\n{%- endif %}"},
    {"phi4",
     "{% for message in messages %}{% if (message['role'] == 'system') %}{{'<|im_start|"
     ">system<|im_sep|>' + message['content'] + '<|im_end|>'}}{% elif (message['role'] "
     "== 'user') %}{{'<|im_start|>user<|im_sep|>' + message['content'] + '<|im_end|>'}}"
     "{% elif (message['role'] == 'assistant') %}{{'<|im_start|>assistant<|im_sep|>' + "
     "message['content'] + '<|im_end|>'}}{% endif %}{% endfor %}{% if add_generation_pr"
     "ompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}"},
};

struct FamilyVector {
  const char* name;
  size_t conversation;
  const char* text;
};

inline constexpr FamilyVector kFamilyVectors[] = {
    {"llama2", 0, "<s>[INST] Hi [/INST]"},
    {"llama2", 1, "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST]"},
    {"llama2", 2, "<s>[INST] Hi [/INST] Hello. </s>"},
    {"llama2", 3,
     "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] Who\? ["
     "/INST] A knot. </s>"},
    {"llama2", 4,
     "<s>[INST] Hi [/INST] Hello. </s><s>[INST] Who\? [/INST] A knot. </s><s>[INST] Why"
     "\? [/INST] So. </s>"},
    {"llama2", 5,
     "<s>[INST] <<SYS>>\n Be\011brief. \n\n<</SYS>>\n\n\n  Hi [/INST] Hello. </s><s>[IN"
     "ST] \? [/INST] So. </s>"},
    {"llama2", 6,
     "<s>[INST] Hi [/INST] <think>\nFirst.\n</think>\n\nHello. </s><s>[INST] Who\? [/IN"
     "ST] <think>\n\nThen.\n\n</think>\n\n\nA knot. </s>"},
    {"llama2", 7, "<s>[INST] <<SYS>>\n\n<</SYS>> [/INST]"},
    {"llama3", 0,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_"
     "header_id|>assistant<|end_header_id|>\n\n"},
    {"llama3", 1,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|"
     "><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assis"
     "tant<|end_header_id|>\n\n"},
    {"llama3", 2,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_"
     "header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"},
    {"llama3", 3,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|"
     "><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assis"
     "tant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>"
     "\n\nWho\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA knot.<|eot_"
     "id|>"},
    {"llama3", 4,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_"
     "header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<"
     "|end_header_id|>\n\nWho\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n"
     "\nA knot.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhy\?<|eot_id|><|s"
     "tart_header_id|>assistant<|end_header_id|>\n\nSo.<|eot_id|>"},
    {"llama3", 5,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe\011brief.<|eot_"
     "id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>as"
     "sistant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_i"
     "d|>\n\n\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nSo.<|eot_id|>"
     ""},
    {"llama3", 6,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_"
     "header_id|>assistant<|end_header_id|>\n\n<think>\nFirst.\n</think>\n\nHello.<|eot"
     "_id|><|start_header_id|>user<|end_header_id|>\n\nWho\?<|eot_id|><|start_header_id"
     "|>assistant<|end_header_id|>\n\n<think>\n\nThen.\n\n</think>\n\n\nA knot.<|eot_id"
     "|>"},
    {"llama3", 7,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n<|eot_id|><|start_"
     "header_id|>user<|end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_h"
     "eader_id|>\n\n"},
    {"llama3.1", 0,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user"
     "<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
     ""},
    {"llama3.1", 1,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header"
     "_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_heade"
     "r_id|>\n\n"},
    {"llama3.1", 2,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user"
     "<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
     "Hello.<|eot_id|>"},
    {"llama3.1", 3,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header"
     "_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_heade"
     "r_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWho\?<|eot_"
     "id|><|start_header_id|>assistant<|end_header_id|>\n\nA knot.<|eot_id|>"},
    {"llama3.1", 4,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user"
     "<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
     "Hello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWho\?<|eot_id|><|star"
     "t_header_id|>assistant<|end_header_id|>\n\nA knot.<|eot_id|><|start_header_id|>us"
     "er<|end_header_id|>\n\nWhy\?<|eot_id|><|start_header_id|>assistant<|end_header_id"
     "|>\n\nSo.<|eot_id|>"},
    {"llama3.1", 5,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\nBe\011brief.<|eot_id|><|start_hea"
     "der_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_he"
     "ader_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n\?<|eot_"
     "id|><|start_header_id|>assistant<|end_header_id|>\n\nSo.<|eot_id|>"},
    {"llama3.1", 6,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user"
     "<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
     "<think>\nFirst.\n</think>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_"
     "id|>\n\nWho\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n<think>\n"
     "\nThen.\n\n</think>\n\n\nA knot.<|eot_id|>"},
    {"llama3.1", 7,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge "
     "Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user"
     "<|end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"mistral-v1", 0, "<s> [INST] Hi [/INST]"},
    {"mistral-v1", 1, "<s> [INST] Be brief.\n\nHi [/INST]"},
    {"mistral-v1", 2, "<s> [INST] Hi [/INST] Hello.</s>"},
    {"mistral-v1", 3,
     "<s> [INST] Be brief.\n\nHi [/INST] Hello.</s> [INST] Who\? [/INST] A knot.</s>"},
    {"mistral-v1", 4,
     "<s> [INST] Hi [/INST] Hello.</s> [INST] Who\? [/INST] A knot.</s> [INST] Why\? [/"
     "INST] So.</s>"},
    {"mistral-v1", 5,
     "<s> [INST]  Be\011brief. \n\n\n\n  Hi \302\240\n [/INST] \n Hello.\343\200\200\n<"
     "/s> [INST] \034\?\037\n [/INST] \n\nSo. </s>"},
    {"mistral-v1", 6,
     "<s> [INST] Hi [/INST] <think>\nFirst.\n</think>\n\nHello.</s> [INST] Who\? [/INST"
     "] <think>\n\nThen.\n\n</think>\n\n\nA knot.</s>"},
    {"mistral-v1", 7, "<s> [INST] \n\n [/INST]"},
    {"mistral-v3", 0, "<s>[INST] Hi[/INST]"},
    {"mistral-v3", 1, "<s>[INST] Be brief.\n\nHi[/INST]"},
    {"mistral-v3", 2, "<s>[INST] Hi[/INST] Hello.</s>"},
    {"mistral-v3", 3, "<s>[INST] Hi[/INST] Hello.</s>[INST] Who\?[/INST] A knot.</s>"},
    {"mistral-v3", 4,
     "<s>[INST] Hi[/INST] Hello.</s>[INST] Who\?[/INST] A knot.</s>[INST] Why\?[/INST] "
     "So.</s>"},
    {"mistral-v3", 5,
     "<s>[INST] \n  Hi \302\240\n[/INST] Hello.</s>[INST] \034\?\037\n[/INST] So.</s>"},
    {"mistral-v3", 6,
     "<s>[INST] Hi[/INST] <think>\nFirst.\n</think>\n\nHello.</s>[INST] Who\?[/INST] <t"
     "hink>\n\nThen.\n\n</think>\n\n\nA knot.</s>"},
    {"mistral-v3", 7, "<s>[INST] \n\n[/INST]"},
    {"mistral-tekken", 0, "<s>[INST]Hi[/INST]"},
    {"mistral-tekken", 1, "<s>[INST]Be brief.\n\nHi[/INST]"},
    {"mistral-tekken", 2, "<s>[INST]Hi[/INST]Hello.</s>"},
    {"mistral-tekken", 3, "<s>[INST]Hi[/INST]Hello.</s>[INST]Who\?[/INST]A knot.</s>"},
    {"mistral-tekken", 4,
     "<s>[INST]Hi[/INST]Hello.</s>[INST]Who\?[/INST]A knot.</s>[INST]Why\?[/INST]So.</s"
     ">"},
    {"mistral-tekken", 5,
     "<s>[INST]\n  Hi \302\240\n[/INST]\n Hello.\343\200\200\n</s>[INST]\034\?\037\n[/I"
     "NST]\n\nSo. </s>"},
    {"mistral-tekken", 6,
     "<s>[INST]Hi[/INST]<think>\nFirst.\n</think>\n\nHello.</s>[INST]Who\?[/INST]<think"
     ">\n\nThen.\n\n</think>\n\n\nA knot.</s>"},
    {"mistral-tekken", 7, "<s>[INST]\n\n[/INST]"},
    {"chatml", 0, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
    {"chatml", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\n"},
    {"chatml", 2, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n"},
    {"chatml", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>a"
     "ssistant\nA knot.<|im_end|>\n"},
    {"chatml", 4,
     "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_sta"
     "rt|>user\nWho\?<|im_end|>\n<|im_start|>assistant\nA knot.<|im_end|>\n<|im_start|>"
     "user\nWhy\?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"},
    {"chatml", 5,
     "<|im_start|>system\n Be\011brief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \302\240"
     "\n<|im_end|>\n<|im_start|>assistant\n\n Hello.\343\200\200\n<|im_end|>\n<|im_star"
     "t|>user\n\034\?\037\n<|im_end|>\n<|im_start|>assistant\n\n\nSo. <|im_end|>\n"},
    {"chatml", 6,
     "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\nFirst.\n</think>\n"
     "\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>assistant\n<th"
     "ink>\n\nThen.\n\n</think>\n\n\nA knot.<|im_end|>\n"},
    {"chatml", 7,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assista"
     "nt\n"},
    {"chatml/qwen", 0,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful ass"
     "istant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
    {"chatml/qwen", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\n"},
    {"chatml/qwen", 2,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful ass"
     "istant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<"
     "|im_end|>\n"},
    {"chatml/qwen", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>a"
     "ssistant\nA knot.<|im_end|>\n"},
    {"chatml/qwen", 4,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful ass"
     "istant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<"
     "|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>assistant\nA knot.<|im_"
     "end|>\n<|im_start|>user\nWhy\?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"},
    {"chatml/qwen", 5,
     "<|im_start|>system\n Be\011brief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \302\240"
     "\n<|im_end|>\n<|im_start|>assistant\n\n Hello.\343\200\200\n<|im_end|>\n<|im_star"
     "t|>user\n\034\?\037\n<|im_end|>\n<|im_start|>assistant\n\n\nSo. <|im_end|>\n"},
    {"chatml/qwen", 6,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful ass"
     "istant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>"
     "\nFirst.\n</think>\n\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_s"
     "tart|>assistant\n<think>\n\nThen.\n\n</think>\n\n\nA knot.<|im_end|>\n"},
    {"chatml/qwen", 7,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assista"
     "nt\n"},
    {"chatml/variable", 0,
     "<|im_start|>system\nYou are a careful archivist.<|im_end|>\n<|im_start|>user\nHi<"
     "|im_end|>\n<|im_start|>assistant\n"},
    {"chatml/variable", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\n"},
    {"chatml/variable", 2,
     "<|im_start|>system\nYou are a careful archivist.<|im_end|>\n<|im_start|>user\nHi<"
     "|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n"},
    {"chatml/variable", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>a"
     "ssistant\nA knot.<|im_end|>\n"},
    {"chatml/variable", 4,
     "<|im_start|>system\nYou are a careful archivist.<|im_end|>\n<|im_start|>user\nHi<"
     "|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_e"
     "nd|>\n<|im_start|>assistant\nA knot.<|im_end|>\n<|im_start|>user\nWhy\?<|im_end|>"
     "\n<|im_start|>assistant\nSo.<|im_end|>\n"},
    {"chatml/variable", 5,
     "<|im_start|>system\n Be\011brief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \302\240"
     "\n<|im_end|>\n<|im_start|>assistant\n\n Hello.\343\200\200\n<|im_end|>\n<|im_star"
     "t|>user\n\034\?\037\n<|im_end|>\n<|im_start|>assistant\n\n\nSo. <|im_end|>\n"},
    {"chatml/variable", 6,
     "<|im_start|>system\nYou are a careful archivist.<|im_end|>\n<|im_start|>user\nHi<"
     "|im_end|>\n<|im_start|>assistant\n<think>\nFirst.\n</think>\n\nHello.<|im_end|>\n"
     "<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>assistant\n<think>\n\nThen.\n\n</t"
     "hink>\n\n\nA knot.<|im_end|>\n"},
    {"chatml/variable", 7,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assista"
     "nt\n"},
    {"chatml-bos", 0, "<|begin_of_text|><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
    {"chatml-bos", 1,
     "<|begin_of_text|><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|i"
     "m_end|>\n<|im_start|>assistant\n"},
    {"chatml-bos", 2,
     "<|begin_of_text|><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|i"
     "m_end|>\n"},
    {"chatml-bos", 3,
     "<|begin_of_text|><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|i"
     "m_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end"
     "|>\n<|im_start|>assistant\nA knot.<|im_end|>\n"},
    {"chatml-bos", 4,
     "<|begin_of_text|><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|i"
     "m_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>assistant\nA knot.<|im_en"
     "d|>\n<|im_start|>user\nWhy\?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"},
    {"chatml-bos", 5,
     "<|begin_of_text|><|im_start|>system\n Be\011brief. \n<|im_end|>\n<|im_start|>user"
     "\n\n  Hi \302\240\n<|im_end|>\n<|im_start|>assistant\n\n Hello.\343\200\200\n<|im"
     "_end|>\n<|im_start|>user\n\034\?\037\n<|im_end|>\n<|im_start|>assistant\n\n\nSo. "
     "<|im_end|>\n"},
    {"chatml-bos", 6,
     "<|begin_of_text|><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n"
     "First.\n</think>\n\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_sta"
     "rt|>assistant\n<think>\n\nThen.\n\n</think>\n\n\nA knot.<|im_end|>\n"},
    {"chatml-bos", 7,
     "<|begin_of_text|><|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|"
     "im_start|>assistant\n"},
    {"qwen3", 0, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"},
    {"qwen3", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\n<think>\n\n</think>\n\n"},
    {"qwen3", 2,
     "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nHel"
     "lo.<|im_end|>\n"},
    {"qwen3", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_sta"
     "rt|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho\?<|im_end|>\n<|im_start|>a"
     "ssistant\n<think>\n\n</think>\n\nA knot.<|im_end|>\n"},
    {"qwen3", 4,
     "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_sta"
     "rt|>user\nWho\?<|im_end|>\n<|im_start|>assistant\nA knot.<|im_end|>\n<|im_start|>"
     "user\nWhy\?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nSo.<|im_end|"
     ">\n"},
    {"qwen3", 5,
     "<|im_start|>system\n Be\011brief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \302\240"
     "\n<|im_end|>\n<|im_start|>assistant\n\n Hello.\343\200\200\n<|im_end|>\n<|im_star"
     "t|>user\n\034\?\037\n<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nSo"
     ". <|im_end|>\n"},
    {"qwen3", 6,
     "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_sta"
     "rt|>user\nWho\?<|im_end|>\n<|im_start|>assistant\n<think>\nThen.\n</think>\n\nA k"
     "not.<|im_end|>\n"},
    {"qwen3", 7,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assista"
     "nt\n<think>\n\n</think>\n\n"},
    {"phi4", 0, "<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>"},
    {"phi4", 1,
     "<|im_start|>system<|im_sep|>Be brief.<|im_end|><|im_start|>user<|im_sep|>Hi<|im_e"
     "nd|><|im_start|>assistant<|im_sep|>"},
    {"phi4", 2,
     "<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>Hello.<|im_e"
     "nd|>"},
    {"phi4", 3,
     "<|im_start|>system<|im_sep|>Be brief.<|im_end|><|im_start|>user<|im_sep|>Hi<|im_e"
     "nd|><|im_start|>assistant<|im_sep|>Hello.<|im_end|><|im_start|>user<|im_sep|>Who\?"
     "<|im_end|><|im_start|>assistant<|im_sep|>A knot.<|im_end|>"},
    {"phi4", 4,
     "<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>Hello.<|im_e"
     "nd|><|im_start|>user<|im_sep|>Who\?<|im_end|><|im_start|>assistant<|im_sep|>A kno"
     "t.<|im_end|><|im_start|>user<|im_sep|>Why\?<|im_end|><|im_start|>assistant<|im_se"
     "p|>So.<|im_end|>"},
    {"phi4", 5,
     "<|im_start|>system<|im_sep|> Be\011brief. \n<|im_end|><|im_start|>user<|im_sep|>\n"
     "  Hi \302\240\n<|im_end|><|im_start|>assistant<|im_sep|>\n Hello.\343\200\200\n<|"
     "im_end|><|im_start|>user<|im_sep|>\034\?\037\n<|im_end|><|im_start|>assistant<|im"
     "_sep|>\n\nSo. <|im_end|>"},
    {"phi4", 6,
     "<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|><think>\nFir"
     "st.\n</think>\n\nHello.<|im_end|><|im_start|>user<|im_sep|>Who\?<|im_end|><|im_st"
     "art|>assistant<|im_sep|><think>\n\nThen.\n\n</think>\n\n\nA knot.<|im_end|>"},
    {"phi4", 7,
     "<|im_start|>system<|im_sep|><|im_end|><|im_start|>user<|im_sep|><|im_end|><|im_st"
     "art|>assistant<|im_sep|>"},
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_FAMILY_VECTORS_H_
