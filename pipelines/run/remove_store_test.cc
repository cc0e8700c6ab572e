// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/remove_store.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

constexpr size_t kEventBytes = 1 << 16;

class RemoveStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Create(path_, testing::TestHeader()));
    ASSERT_OK(store->Close());
  }

  TempDir dir_;
  const std::string path_ = dir_.Path("store");
};

// What the kernel tells of a directory while it is watched: "moved", or the file that is gone.
class Watch {
 public:
  explicit Watch(const std::string& path) : events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    EXPECT_GE(inotify_add_watch(events_.get(), path.c_str(), IN_MOVE_SELF | IN_DELETE), 0);
  }

  std::vector<std::string> Events() {
    alignas(inotify_event) char bytes[kEventBytes];
    std::vector<std::string> seen;
    ssize_t size = 0;
    while ((size = read(events_.get(), bytes, sizeof(bytes))) > 0) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(bytes + at);
        if ((event->mask & IN_MOVE_SELF) != 0) seen.emplace_back("moved");
        if ((event->mask & IN_DELETE) != 0) seen.emplace_back(event->name);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return seen;
  }

 private:
  UniqueFd events_;
};

TEST_F(RemoveStoreTest, MovesItAwayBeforeTheFirstFileIsRemoved) {
  Watch watch(path_);

  ASSERT_OK(RemoveStore(path_));

  const std::vector<std::string> events = watch.Events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0], "moved");
  EXPECT_THAT(events, ::testing::IsSupersetOf({"CURRENT", "RUN_STATE"}));
  EXPECT_FALSE(storage::Store::Exists(path_));
  EXPECT_THAT(ListDir(path_), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(ListDir(dir_.path()), IsOkAndHolds(ElementsAre("store")));
  EXPECT_OK(storage::Store::Create(path_, testing::TestHeader()).status());
}

TEST_F(RemoveStoreTest, RemovesWhatAKilledOneLeft) {
  ASSERT_OK(MakeDirs(dir_.Path(".store.quipu-removed/sub")));
  ASSERT_OK(WriteFileAtomic(dir_.Path(".store.quipu-removed/RUN_STATE"), "half"));

  ASSERT_OK(FinishRemoval(absl::StrCat(path_, "/")));

  EXPECT_THAT(ListDir(dir_.path()), IsOkAndHolds(ElementsAre("store")));
  EXPECT_OK(storage::Store::Open(path_, {}).status()) << "the store itself stays";
  ASSERT_OK(MakeDirs(dir_.Path(".store.quipu-removed/sub")));
  EXPECT_OK(RemoveStore(path_));
  EXPECT_OK(FinishRemoval(path_)) << "nothing is left";
  EXPECT_THAT(ListDir(dir_.path()), IsOkAndHolds(ElementsAre("store")));
}

TEST_F(RemoveStoreTest, KeepsALinkToAnotherDisk) {
  const std::string link = dir_.Path("link");
  ASSERT_EQ(symlink(path_.c_str(), link.c_str()), 0);

  ASSERT_OK(RemoveStore(link));

  EXPECT_THAT(ListDir(path_), IsOkAndHolds(IsEmpty()));
  EXPECT_OK(storage::Store::Create(link, testing::TestHeader()).status());
  EXPECT_TRUE(storage::Store::Exists(path_));
}

// Another process may have opened it since this one closed it.
TEST_F(RemoveStoreTest, LeavesAStoreThatIsInUse) {
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(path_, {}));

  EXPECT_THAT(RemoveStore(path_), StatusIs(absl::StatusCode::kFailedPrecondition, "in use"));

  EXPECT_OK(store->MarkStageDone(v1::STAGE_READ));
  EXPECT_OK(store->Close());
  EXPECT_OK(RemoveStore(path_));
}

TEST_F(RemoveStoreTest, NamesAStoreThatIsNotThere) {
  EXPECT_THAT(RemoveStore(dir_.Path("none")), StatusIs(absl::StatusCode::kNotFound, "none"));
}

}  // namespace
}  // namespace quipu::pipelines
