// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "base/thread_name.h"

namespace quipu::testing {
namespace {

constexpr absl::Duration kTricklePeriod = absl::Milliseconds(20);

// A connection's bytes, with TLS or without.
class Stream {
 public:
  Stream(int fd, SSL_CTX* context) : fd_(fd) {
    if (context == nullptr) return;
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd);
  }
  ~Stream() {
    if (ssl_ != nullptr) SSL_free(ssl_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool Accept() { return ssl_ == nullptr || SSL_accept(ssl_) == 1; }

  // Bytes read; 0 or less at the end.
  int Read(char* bytes, int size) {
    if (ssl_ != nullptr) return SSL_read(ssl_, bytes, size);
    return static_cast<int>(recv(fd_, bytes, size, 0));
  }

  bool Write(absl::string_view bytes) {
    while (!bytes.empty()) {
      const int written =
          ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                          : static_cast<int>(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (written <= 0) return false;
      bytes.remove_prefix(written);
    }
    return true;
  }

 private:
  const int fd_;
  SSL* ssl_ = nullptr;
};

// Reads one request; none at the end of the connection. Bytes read beyond it
// stay in `buffer`.
std::optional<HttpServer::Request> ReadRequest(Stream* stream, std::string* buffer) {
  char bytes[16384];
  size_t head;
  while ((head = buffer->find("\r\n\r\n")) == std::string::npos) {
    const int size = stream->Read(bytes, sizeof(bytes));
    if (size <= 0) return std::nullopt;
    buffer->append(bytes, size);
  }
  HttpServer::Request request;
  const std::vector<std::string> lines = absl::StrSplit(buffer->substr(0, head), "\r\n");
  const std::vector<std::string> words = absl::StrSplit(lines[0], ' ');
  if (words.size() != 3) return std::nullopt;
  request.method = words[0];
  request.path = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    request.headers[absl::AsciiStrToLower(field.first)] =
        std::string(absl::StripAsciiWhitespace(field.second));
  }
  buffer->erase(0, head + 4);
  size_t length = 0;
  const auto found = request.headers.find("content-length");
  if (found != request.headers.end() && !absl::SimpleAtoi(found->second, &length))
    return std::nullopt;
  while (buffer->size() < length) {
    const int size = stream->Read(bytes, sizeof(bytes));
    if (size <= 0) return std::nullopt;
    buffer->append(bytes, size);
  }
  request.body = buffer->substr(0, length);
  buffer->erase(0, length);
  return request;
}

std::string HeadOf(const HttpServer::Response& response) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status,
                                  " Answer\r\nContent-Type: application/json\r\n"
                                  "Content-Length: ",
                                  response.body.size(), "\r\n");
  for (const auto& [name, value] : response.headers)
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  return absl::StrCat(head, "\r\n");
}

class SocketServer : public HttpServer {
 public:
  SocketServer(Handler handler, SSL_CTX* context, int fd, int port)
      : handler_(std::move(handler)), context_(context), fd_(fd), port_(port) {
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~SocketServer() override {
    Stop();
    if (context_ != nullptr) SSL_CTX_free(context_);
  }

  int port() const override { return port_; }
  std::string url() const override {
    return absl::StrCat(context_ != nullptr ? "https" : "http", "://127.0.0.1:", port_);
  }
  int connections() const override {
    absl::MutexLock lock(&mutex_);
    return connections_;
  }
  std::vector<Request> requests() const override {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }
  bool AwaitRequests(int count, absl::Duration timeout) const override {
    absl::MutexLock lock(&mutex_);
    const auto enough = [this, count]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return static_cast<int>(requests_.size()) >= count;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), timeout);
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      if (stopped_) return;
      stopped_ = true;
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    shutdown(fd_, SHUT_RDWR);
    acceptor_.join();
    close(fd_);
    // The acceptor is gone: no more threads are added.
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void Accept() {
    SetThreadName("test-acceptor");
    while (true) {
      const int fd = accept(fd_, nullptr, nullptr);
      if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
      if (fd < 0) return;
      {
        absl::MutexLock lock(&mutex_);
        if (stopped_) {
          close(fd);
          return;
        }
        open_.push_back(fd);
        ++connections_;
      }
      threads_.emplace_back([this, fd] { Serve(fd); });
    }
  }

  void Serve(int fd) {
    SetThreadName("test-server");
    // OpenSSL may write to a connection that the client has closed.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    {
      Stream stream(fd, context_);
      std::string buffer;
      if (stream.Accept()) {
        while (std::optional<Request> request = ReadRequest(&stream, &buffer)) {
          {
            absl::MutexLock lock(&mutex_);
            requests_.push_back(*request);
          }
          if (!Answer(handler_(*request), &stream)) break;
        }
      }
    }
    absl::MutexLock lock(&mutex_);
    open_.remove(fd);
    close(fd);
  }

  // Whether the connection continues.
  bool Answer(const Response& response, Stream* stream) {
    if (!Pass(response.delay)) return false;
    const absl::string_view body = response.body;
    switch (response.fault) {
      case Fault::kNone:
        return stream->Write(absl::StrCat(HeadOf(response), body));
      case Fault::kCutMidBody:
        stream->Write(absl::StrCat(HeadOf(response), body.substr(0, body.size() / 2)));
        return false;
      case Fault::kGarbage:
        stream->Write("\x01\x02 what is this? \xff\r\n\r\n");
        return false;
      case Fault::kCloseAtOnce:
        return false;
      case Fault::kNeverAnswer:
        Pass(absl::InfiniteDuration());
        return false;
      case Fault::kTrickle:
        if (!stream->Write(HeadOf(response))) return false;
        for (size_t i = 0; i < body.size(); ++i) {
          if (!stream->Write(body.substr(i, 1)) || !Pass(kTricklePeriod)) return false;
        }
        return true;
    }
    return false;
  }

  // Waits; false if the server is stopped first.
  bool Pass(absl::Duration time) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopped_), time);
    return !stopped_;
  }

  const Handler handler_;
  SSL_CTX* const context_;
  const int fd_;
  const int port_;
  std::vector<std::thread> threads_;  // The acceptor's, then Stop's.

  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int connections_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

struct Bound {
  int fd = -1;
  int port = 0;
};

// A socket bound to a free port of 127.0.0.1.
absl::StatusOr<Bound> Bind() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    close(fd);
    return absl::ErrnoToStatus(errno, "bind");
  }
  return Bound{fd, ntohs(address.sin_port)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Handler handler) {
  return Start(std::move(handler), Tls());
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Handler handler, const Tls& tls) {
  SSL_CTX* context = nullptr;
  if (!tls.certificate_file.empty()) {
    context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
      SSL_CTX_free(context);
      return absl::InvalidArgumentError("certificate or key cannot be used");
    }
  }
  absl::StatusOr<Bound> bound = Bind();
  if (!bound.ok()) return bound.status();
  if (listen(bound->fd, 1024) != 0) return absl::ErrnoToStatus(errno, "listen");
  return std::make_unique<SocketServer>(std::move(handler), context, bound->fd, bound->port);
}

int UnusedPort() {
  absl::StatusOr<Bound> bound = Bind();
  if (!bound.ok()) return 1;
  close(bound->fd);
  return bound->port;
}

}  // namespace quipu::testing
