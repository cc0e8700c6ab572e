// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/cli/beside_store.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/report/http/page_server.h"
#include "pipelines/report/review/requests.h"
#include "pipelines/report/review/review.h"

namespace quipu::pipelines {
namespace {

class ReviewCommand : public Command {
 public:
  ReviewCommand() { server_.address = "127.0.0.1:8123"; }

  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    app->add_option("--listen", server_.address,
                    "Address of the page (default 127.0.0.1:8123; port 0: any); on other addresses "
                    "than loopback's, tokens and TLS are required");
    app->add_option("--labels", labels_,
                    "File of labels to add to (default labels.jsonl beside the store)");
    AddSeedFlag(app, "Draws other pairs (default 0)", &options_.seed);
    app->add_option("--samples", options_.samples,
                    "Accepted pairs to draw, and as many rejected ones (default 30)")
        ->check(CLI::Range(1, 1000));
    app->add_option("--rater", rater_,
                    "Who labels, for the file of labels; two raters show how well they agree");
    app->add_option(
        "--token-file", server_.tokens,
        "File of lines \"viewer NAME TOKEN\": who opens the page with a token labels as "
        "that name; mode 0600");
    app->add_option("--cert", server_.cert, "PEM certificate of the page; enables TLS");
    app->add_option("--key", server_.key, "PEM key of the certificate; mode 0600");
  }

  absl::Status Run(std::ostream& out) override {
    const std::string labels = labels_.empty() ? BesideStore(store_, "labels.jsonl") : labels_;
    RETURN_IF_ERROR(Annotate(PageServer::Check(server_), "--listen"));
    std::unique_ptr<Review> review;
    {
      ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
      ASSIGN_OR_RETURN(review, Review::Create(*store, options_, labels));
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<PageServer> server,
                     PageServer::Start(server_, [&](const PageRequest& request) {
                       return AnswerReview(request, rater_, review.get());
                     }));
    out << absl::StrCat("review     ", server->url(), server->needs_token() ? "?token=TOKEN" : "",
                        "\nlabels     ", labels,
                        "\nCtrl-C ends it; labels are stored as they are given.\n")
        << std::flush;
    while (!StopRequested()) absl::SleepFor(absl::Milliseconds(100));
    return absl::OkStatus();
  }

 private:
  std::string store_;
  PageServerOptions server_;
  std::string rater_;
  std::string labels_;
  ReviewOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewCommand() { return std::make_unique<ReviewCommand>(); }

}  // namespace quipu::pipelines
