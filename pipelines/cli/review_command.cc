// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "pipelines/cli/beside_store.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/report/review/review.h"
#include "pipelines/report/review/server.h"

namespace quipu::pipelines {
namespace {

class ReviewCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    app->add_option("--listen", listen_,
                    "Address on loopback of the page (default 127.0.0.1:8123; port 0: any)");
    app->add_option("--labels", labels_,
                    "File of labels to add to (default labels.jsonl beside the store)");
    app->add_option("--seed", options_.seed, "Draws other pairs (default 0)");
    app->add_option("--samples", options_.samples,
                    "Accepted pairs to draw, and as many rejected ones (default 30)")
        ->check(CLI::Range(1, 1000));
  }

  absl::Status Run(std::ostream& out) override {
    const std::string labels = labels_.empty() ? BesideStore(store_, "labels.jsonl") : labels_;
    std::unique_ptr<Review> review;
    {
      ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
      ASSIGN_OR_RETURN(review, Review::Create(*store, options_, labels));
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<ReviewServer> server,
                     ReviewServer::Start(listen_, review.get()));
    out << absl::StrCat("review     ", server->url(), "\nlabels     ", labels,
                        "\nCtrl-C ends it; labels are stored as they are given.\n")
        << std::flush;
    while (!StopRequested()) absl::SleepFor(absl::Milliseconds(100));
    return absl::OkStatus();
  }

 private:
  std::string store_;
  std::string listen_ = "127.0.0.1:8123";
  std::string labels_;
  ReviewOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewCommand() { return std::make_unique<ReviewCommand>(); }

}  // namespace quipu::pipelines
