#include "transport_loop.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "flash/core/error.hpp"
#include "flash/core/memory.hpp"
#include "flash/log/log.hpp"
#include "launcher.hpp"

namespace flash {
namespace {

constexpr double signs_per_limit = 6;  // so a sign of life every 10 s
constexpr double longest_round = 1;    // s; a longer one means that this process itself was suspended
constexpr double quit_patience = 3;    // s for an executor that does not look whether it is still wanted
constexpr double bye_patience = 15;    // s for all workers to answer quit

// Back-off of idle waits: a few rounds at full speed, some that let others run, then sleeps up to 1 ms.
constexpr int busy_rounds = 20;
constexpr int yielding_rounds = 60;
constexpr std::chrono::microseconds shortest_sleep{50};
constexpr std::chrono::microseconds longest_sleep{1000};

}  // namespace

Transport::Loop::Loop(Transport& transport)
    : transport_(transport),
      rank_(transport.rank_),
      size_(transport.size_),
      silence_limit_(silence_limit()),
      clock_(transport.clock_),
      heard_(transport.heard_),
      last_round_(clock_.seconds()) {
  for (Heard& heard : heard_) heard.seconds = clock_.seconds();  // MPI's start may have taken long
}

void Transport::Loop::run() {
  try {
    if (size_ > 1) post_header_receive();
    carry_messages();
    if (header_request_ != MPI_REQUEST_NULL) {
      MPI_Cancel(&header_request_);
      MPI_Wait(&header_request_, MPI_STATUS_IGNORE);
    }
    MPI_Finalize();
    if (!closing_) std::_Exit(0);  // the main thread is still in an executor whose result nobody wants
  } catch (const std::exception& error) {
    log_error("the exchange of messages between ranks failed: {}", error.what());
    abort_mpi(static_cast<int>(ExitCode::internal));
  }
}

void Transport::Loop::carry_messages() {
  while (!may_end()) {
    if (progress()) {
      idle_rounds_ = 0;
    } else {
      rest();
    }
    give_signs_of_life();
    check_silence();
  }
}

bool Transport::Loop::progress() {
  bool any = start_sends();
  any |= finish_sends();
  if (size_ > 1) any |= receive_headers();
  any |= receive_payloads();
  return any;
}

bool Transport::Loop::start_sends() {
  std::deque<Message> messages;
  int abort_code = 0;
  const bool was_closing = closing_;
  {
    const std::lock_guard lock(transport_.mutex_);
    messages.swap(transport_.outbox_);
    closing_ = transport_.closing_;
    abort_code = transport_.abort_code_;
  }
  if (abort_code != 0) abort_mpi(abort_code);
  if (said_bye_) return false;  // nobody listens any more
  for (Message& message : messages) send_now(std::move(message));
  return !messages.empty() || closing_ != was_closing;
}

void Transport::Loop::send_now(Message message) {
  Outgoing& out = outgoing_.emplace_back();
  out.header = {message.kind, message.epoch, message.index, message.payload.size()};
  out.payload = std::move(message.payload);
  out.requests[1] = MPI_REQUEST_NULL;
  MPI_Isend(&out.header, sizeof(Header), MPI_BYTE, message.peer, static_cast<int>(Tag::header),
            MPI_COMM_WORLD, &out.requests[0]);
  if (!out.payload.empty())
    MPI_Isend(out.payload.data(), static_cast<int>(out.payload.size()), MPI_BYTE, message.peer,
              static_cast<int>(Tag::payload), MPI_COMM_WORLD, &out.requests[1]);
}

bool Transport::Loop::finish_sends() {
  const auto done = [](Outgoing& out) {
    int flag = 0;
    MPI_Testall(2, out.requests, &flag, MPI_STATUSES_IGNORE);
    return flag != 0;
  };
  return outgoing_.remove_if(done) > 0;
}

void Transport::Loop::post_header_receive() {
  MPI_Irecv(&header_, sizeof(Header), MPI_BYTE, MPI_ANY_SOURCE, static_cast<int>(Tag::header), MPI_COMM_WORLD,
            &header_request_);
}

bool Transport::Loop::receive_headers() {
  bool any = false;
  for (;;) {
    int flag = 0;
    MPI_Status status;
    MPI_Test(&header_request_, &flag, &status);
    if (flag == 0) return any;
    any = true;
    heard_[static_cast<std::size_t>(status.MPI_SOURCE)].seconds = clock_.seconds();
    Message message{status.MPI_SOURCE, header_.kind, header_.epoch, header_.index};
    if (header_.length == 0) {
      deliver(std::move(message));
    } else {
      if (header_.length > max_payload_bytes)
        throw Error(ExitCode::internal, "a header from another rank is damaged");
      Incoming& in = incoming_.emplace_back();
      in.message = std::move(message);
      in.message.payload.resize(header_.length);
      MPI_Irecv(in.message.payload.data(), static_cast<int>(header_.length), MPI_BYTE, status.MPI_SOURCE,
                static_cast<int>(Tag::payload), MPI_COMM_WORLD, &in.request);
    }
    post_header_receive();
  }
}

bool Transport::Loop::receive_payloads() {
  bool any = false;
  for (auto in = incoming_.begin(); in != incoming_.end();) {
    int flag = 0;
    MPI_Test(&in->request, &flag, MPI_STATUS_IGNORE);
    if (flag == 0) {
      ++in;
      continue;
    }
    deliver(std::move(in->message));
    in = incoming_.erase(in);
    any = true;
  }
  return any;
}

// What concerns a task that is running cannot wait in the queue behind it.
void Transport::Loop::deliver(Message message) {
  switch (message.kind) {
    case Kind::alive:
      heard_[static_cast<std::size_t>(message.peer)].resident_bytes = message.index;
      return;
    case Kind::bye:
      ++byes_;
      return;
    case Kind::stop:
      transport_.mailbox_.stop.stop(message.epoch);
      return;
    case Kind::give_up:
      transport_.mailbox_.stop.give_up(message.epoch);
      return;
    case Kind::quit:
      quit_ = true;
      quit_time_ = clock_.seconds();
      transport_.mailbox_.stop.give_up(every_run);
      break;
    case Kind::task:
    case Kind::outcome:
    case Kind::dropped:
      break;
  }
  transport_.mailbox_.inbox.push(std::move(message));
}

void Transport::Loop::send_to_all(Kind kind, std::uint64_t index) {
  for (int peer = 0; peer < size_; ++peer)
    if (peer != rank_ && (rank_ == 0 || peer == 0)) send_now({peer, kind, 0, index});
}

void Transport::Loop::give_signs_of_life() {
  const double now = clock_.seconds();
  if (now - last_sign_ < silence_limit_ / signs_per_limit || said_bye_) return;
  last_sign_ = now;
  send_to_all(Kind::alive, resident_bytes());
}

// A rank that is gone without its launcher's notice (a lost node under srun, for one) must not keep the
// others waiting.
void Transport::Loop::check_silence() {
  const double now = clock_.seconds();
  const double round = now - last_round_;
  last_round_ = now;
  for (int peer = 0; peer < size_; ++peer) {
    if (peer == rank_ || (rank_ != 0 && peer != 0)) continue;
    std::atomic<double>& heard = heard_[static_cast<std::size_t>(peer)].seconds;
    if (round > longest_round)
      heard = heard + round;  // a suspended process hears nothing; that is not the others' silence
    if (now - heard <= silence_limit_) continue;
    if (rank_ == 0)
      log_error(
          "rank {} on {} has been silent for {} s and is taken for dead: start the same command again to go "
          "on",
          peer, transport_.hosts_[static_cast<std::size_t>(peer)], silence_limit_);
    else
      log_error("rank 0 has been silent for {} s and is taken for dead: rank {} ends", silence_limit_, rank_);
    abort_mpi(static_cast<int>(ExitCode::lost_rank));
  }
}

// Every wait ends at once where this process itself has something to send.
void Transport::Loop::rest() {
  ++idle_rounds_;
  if (idle_rounds_ < busy_rounds) return;
  if (idle_rounds_ < yielding_rounds) {
    std::this_thread::yield();
    return;
  }
  const int sleeps = std::min(idle_rounds_ - yielding_rounds, 10);
  auto pause = std::min(longest_sleep, shortest_sleep * (1 << std::min(sleeps, 5)));
  if (size_ == 1) pause = std::chrono::seconds(1);  // nothing can arrive
  std::unique_lock lock(transport_.mutex_);
  transport_.wake_.wait_for(lock, pause, [&] {
    return !transport_.outbox_.empty() || transport_.abort_code_ != 0 || transport_.closing_ != closing_;
  });
}

bool Transport::Loop::may_end() {
  const double now = clock_.seconds();
  if (rank_ == 0) {
    if (!closing_) return false;
    if (!quit_) {
      quit_ = true;
      quit_time_ = now;
      send_to_all(Kind::quit);
    }
    if (now - quit_time_ > bye_patience) {
      log_error("{} of {} ranks did not end within {} s", size_ - 1 - byes_, size_ - 1, bye_patience);
      abort_mpi(static_cast<int>(ExitCode::lost_rank));
    }
    return byes_ == size_ - 1 && outgoing_.empty() && incoming_.empty();
  }
  if (!quit_) return false;
  if (!closing_ && now - quit_time_ < quit_patience) return false;
  if (said_bye_) return outgoing_.empty();
  if (outgoing_.empty() && incoming_.empty()) {
    send_to_all(Kind::bye);
    said_bye_ = true;
  }
  return false;
}

void Transport::Loop::abort_mpi(int exit_code) {
  flush_log();
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

}  // namespace flash
