// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What Jinja makes of the publishers' chat templates: the Python library jinja2
// (as transformers sets it up), the templates of the two model files at hand and
// those of Llama 2, 3 and 3.1 and Mistral (with their rules for system messages),
// on the conversations of chat_template_test.cc. The assistant's turn is begun
// where the last message is the user's.
#ifndef QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_VECTORS_H_
#define QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_VECTORS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace quipu::inference {

struct ChatVector {
  absl::string_view name;  // Of the template; for "chatml", whose after a slash.
  size_t conversation;
  absl::string_view text;
};

inline constexpr ChatVector kChatVectors[] = {
    {"chatml/smollm", 0,
     "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Huggin"
     "g Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
    {"chatml/smollm", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\n"},
    {"chatml/smollm", 2,
     "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Huggin"
     "g Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|i"
     "m_end|>\n"},
    {"chatml/smollm", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho are you\?<|im_end|>\n<|im_st"
     "art|>assistant\nA knot.<|im_end|>\n"},
    {"chatml/smollm", 4,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho are you\?<|im_end|>\n<|im_st"
     "art|>assistant\n"},
    {"chatml/smollm", 5,
     "<|im_start|>system\n Be\tbrief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \xC2\xA0\n<"
     "|im_end|>\n<|im_start|>assistant\n Hello.\xE3\x80\x80\n<|im_end|>\n<|im_start|>use"
     "r\n\x1C\?\x1F\n<|im_end|>\n<|im_start|>assistant\n\n<|im_end|>\n"},
    {"chatml/smollm", 6,
     "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n \n <|im_end|>\n<|im_start|>ass"
     "istant\n"},
    {"chatml/smollm", 7,
     "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Huggin"
     "g Face<|im_end|>\n<|im_start|>user\n<|im_end|>[/INST]</s><|eot_id|>{{x}}<|im_end|>"
     "\n<|im_start|>assistant\n<<SYS>><|im_end|>\n"},
    {"chatml/smollm", 8,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assistan"
     "t\n"},
    {"chatml/qwen", 0,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assi"
     "stant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
    {"chatml/qwen", 1,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\n"},
    {"chatml/qwen", 2,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assi"
     "stant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|i"
     "m_end|>\n"},
    {"chatml/qwen", 3,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho are you\?<|im_end|>\n<|im_st"
     "art|>assistant\nA knot.<|im_end|>\n"},
    {"chatml/qwen", 4,
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_star"
     "t|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho are you\?<|im_end|>\n<|im_st"
     "art|>assistant\n"},
    {"chatml/qwen", 5,
     "<|im_start|>system\n Be\tbrief. \n<|im_end|>\n<|im_start|>user\n\n  Hi \xC2\xA0\n<"
     "|im_end|>\n<|im_start|>assistant\n Hello.\xE3\x80\x80\n<|im_end|>\n<|im_start|>use"
     "r\n\x1C\?\x1F\n<|im_end|>\n<|im_start|>assistant\n\n<|im_end|>\n"},
    {"chatml/qwen", 6,
     "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n \n <|im_end|>\n<|im_start|>ass"
     "istant\n"},
    {"chatml/qwen", 7,
     "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assi"
     "stant.<|im_end|>\n<|im_start|>user\n<|im_end|>[/INST]</s><|eot_id|>{{x}}<|im_end|>"
     "\n<|im_start|>assistant\n<<SYS>><|im_end|>\n"},
    {"chatml/qwen", 8,
     "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assistan"
     "t\n"},
    {"llama2", 0, "<s>[INST] Hi [/INST]"},
    {"llama2", 1, "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST]"},
    {"llama2", 2, "<s>[INST] Hi [/INST] Hello. </s>"},
    {"llama2", 3,
     "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] Who are "
     "you\? [/INST] A knot. </s>"},
    {"llama2", 4,
     "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] Who are "
     "you\? [/INST]"},
    {"llama2", 5,
     "<s>[INST] <<SYS>>\n Be\tbrief. \n\n<</SYS>>\n\n\n  Hi [/INST] Hello. </s><s>[INST]"
     " \? [/INST]  </s>"},
    {"llama2", 6, "<s>[INST] <<SYS>>\nS\n<</SYS>> [/INST]"},
    {"llama2", 7, "<s>[INST] <|im_end|>[/INST]</s><|eot_id|>{{x}} [/INST] <<SYS>> </s>"},
    {"llama2", 8, "<s>[INST] <<SYS>>\n\n<</SYS>> [/INST]"},
    {"llama3", 0,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_h"
     "eader_id|>assistant<|end_header_id|>\n\n"},
    {"llama3", 1,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assista"
     "nt<|end_header_id|>\n\n"},
    {"llama3", 2,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_h"
     "eader_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"},
    {"llama3", 3,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assista"
     "nt<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n"
     "\nWho are you\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA knot.<"
     "|eot_id|>"},
    {"llama3", 4,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assista"
     "nt<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n"
     "\nWho are you\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"llama3", 5,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe\tbrief.<|eot_id|"
     "><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assist"
     "ant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n"
     "\n\?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n<|eot_id|>"},
    {"llama3", 6,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_"
     "header_id|>user<|end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_he"
     "ader_id|>\n\n"},
    {"llama3", 7,
     "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n<|im_end|>[/INST]</s>"
     "<|eot_id|>{{x}}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n<<SYS>><"
     "|eot_id|>"},
    {"llama3", 8,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n<|eot_id|><|start_h"
     "eader_id|>user<|end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_hea"
     "der_id|>\n\n"},
    {"llama3.1", 0,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|"
     "end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"llama3.1", 1,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header_i"
     "d|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_i"
     "d|>\n\n"},
    {"llama3.1", 2,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|"
     "end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHe"
     "llo.<|eot_id|>"},
    {"llama3.1", 3,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header_i"
     "d|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_i"
     "d|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWho are you\?<|"
     "eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA knot.<|eot_id|>"},
    {"llama3.1", 4,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header_i"
     "d|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_i"
     "d|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWho are you\?<|"
     "eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"llama3.1", 5,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\nBe\tbrief.<|eot_id|><|start_header_"
     "id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_"
     "id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n\?<|eot_id|><|"
     "start_header_id|>assistant<|end_header_id|>\n\n<|eot_id|>"},
    {"llama3.1", 6,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\nS<|eot_id|><|start_header_id|>user<"
     "|end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"llama3.1", 7,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|"
     "end_header_id|>\n\n<|im_end|>[/INST]</s><|eot_id|>{{x}}<|eot_id|><|start_header_id"
     "|>assistant<|end_header_id|>\n\n<<SYS>><|eot_id|>"},
    {"llama3.1", 8,
     "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge D"
     "ate: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|"
     "end_header_id|>\n\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"mistral-v1", 0, "<s> [INST] Hi [/INST]"},
    {"mistral-v1", 1, "<s> [INST] Be brief.\n\nHi [/INST]"},
    {"mistral-v1", 2, "<s> [INST] Hi [/INST] Hello.</s>"},
    {"mistral-v1", 3,
     "<s> [INST] Be brief.\n\nHi [/INST] Hello.</s> [INST] Who are you\? [/INST] A knot."
     "</s>"},
    {"mistral-v1", 4, "<s> [INST] Be brief.\n\nHi [/INST] Hello.</s> [INST] Who are you\? [/INST]"},
    {"mistral-v1", 5,
     "<s> [INST]  Be\tbrief. \n\n\n\n  Hi \xC2\xA0\n [/INST]  Hello.\xE3\x80\x80\n</s> ["
     "INST] \x1C\?\x1F\n [/INST] \n</s>"},
    {"mistral-v1", 6, "<s> [INST] S\n\n \n  [/INST]"},
    {"mistral-v1", 7, "<s> [INST] <|im_end|>[/INST]</s><|eot_id|>{{x}} [/INST] <<SYS>></s>"},
    {"mistral-v1", 8, "<s> [INST] \n\n [/INST]"},
    {"mistral-v3", 0, "<s>[INST] Hi[/INST]"},
    {"mistral-v3", 1, "<s>[INST] Be brief.\n\nHi[/INST]"},
    {"mistral-v3", 2, "<s>[INST] Hi[/INST] Hello.</s>"},
    {"mistral-v3", 3, "<s>[INST] Hi[/INST] Hello.</s>[INST] Who are you\?[/INST] A knot.</s>"},
    {"mistral-v3", 4, "<s>[INST] Hi[/INST] Hello.</s>[INST] Be brief.\n\nWho are you\?[/INST]"},
    {"mistral-v3", 5,
     "<s>[INST] \n  Hi \xC2\xA0\n[/INST] Hello.</s>[INST] \x1C\?\x1F\n[/INST] </s>"},
    {"mistral-v3", 6, "<s>[INST] S\n\n \n [/INST]"},
    {"mistral-v3", 7, "<s>[INST] <|im_end|>[/INST]</s><|eot_id|>{{x}}[/INST] <<SYS>></s>"},
    {"mistral-v3", 8, "<s>[INST] \n\n[/INST]"},
    {"mistral-tekken", 0, "<s>[INST]Hi[/INST]"},
    {"mistral-tekken", 1, "<s>[INST]Be brief.\n\nHi[/INST]"},
    {"mistral-tekken", 2, "<s>[INST]Hi[/INST]Hello.</s>"},
    {"mistral-tekken", 3, "<s>[INST]Hi[/INST]Hello.</s>[INST]Who are you\?[/INST]A knot.</s>"},
    {"mistral-tekken", 4, "<s>[INST]Hi[/INST]Hello.</s>[INST]Be brief.\n\nWho are you\?[/INST]"},
    {"mistral-tekken", 5,
     "<s>[INST]\n  Hi \xC2\xA0\n[/INST] Hello.\xE3\x80\x80\n</s>[INST]\x1C\?\x1F\n[/INST"
     "]\n</s>"},
    {"mistral-tekken", 6, "<s>[INST]S\n\n \n [/INST]"},
    {"mistral-tekken", 7, "<s>[INST]<|im_end|>[/INST]</s><|eot_id|>{{x}}[/INST]<<SYS>></s>"},
    {"mistral-tekken", 8, "<s>[INST]\n\n[/INST]"},
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_VECTORS_H_
