// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread_name.h"

#include <pthread.h>

#include <thread>

#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(ThreadName, IsCutAfterFifteenBytes) {
  std::thread([] {
    SetThreadName("a name of more than 15 bytes");
    char name[64] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    EXPECT_STREQ(name, "a name of more ");
  }).join();
}

}  // namespace
}  // namespace quipu
