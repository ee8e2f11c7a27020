#include "flash/farm/farm.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <set>

#include "dispatcher.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/memory.hpp"
#include "flash/log/log.hpp"
#include "launcher.hpp"
#include "local_worker.hpp"
#include "transport.hpp"

namespace flash {

struct Farm::Parts {
  // make_transport gives none where this process is alone.
  explicit Parts(const std::function<std::unique_ptr<Transport>(Mailbox&)>& make_transport)
      : transport(make_transport(mailbox)),
        rank(transport ? transport->rank() : 0),
        hosts(transport ? transport->hosts() : std::vector<std::string>{host_name()}),
        load(static_cast<std::size_t>(size()), 0),
        local(host_name(), mailbox),
        remote(rank, host_name(), mailbox.inbox, mailbox.stop,
               [this](Message reply) { transport->send(std::move(reply)); }) {}

  int size() const { return transport ? transport->size() : 1; }
  std::vector<int> ranks(bool one_per_host) const;
  void send(Message message);
  const Worker& worker() const { return rank == 0 ? local.worker() : remote; }

  Mailbox mailbox;
  const std::unique_ptr<Transport> transport;
  const int rank;
  const std::vector<std::string> hosts;  // of all ranks; rank 0 only
  std::uint32_t epoch = 0;
  Load load;
  LocalWorker local;  // rank 0's
  Worker remote;      // the other ranks'
};

// The ranks that may run tasks.
std::vector<int> Farm::Parts::ranks(bool one_per_host) const {
  std::vector<int> ranks;
  std::set<std::string> seen;
  for (int r = 0; r < size(); ++r) {
    const bool first = seen.insert(hosts[static_cast<std::size_t>(r)]).second;
    if (first || !one_per_host) ranks.push_back(r);
  }
  return ranks;
}

void Farm::Parts::send(Message message) {
  if (message.peer != 0) return transport->send(std::move(message));
  if (message.kind == Kind::stop) return mailbox.stop.stop(message.epoch);
  if (message.kind == Kind::give_up) return mailbox.stop.give_up(message.epoch);
  local.send(std::move(message));
}

std::vector<SignOfLife> Farm::signs_of_life() const {
  if (parts_->transport) return parts_->transport->signs_of_life();
  return {{host_, 0, resident_bytes()}};
}

namespace {

// A process that nothing has launched needs no MPI. Its start would take 50 ms, and would fail now and then
// beside others: Open MPI 4.1 keeps the files of all such processes of a user in one folder, which the first
// of them to end takes away while the next one begins.
std::unique_ptr<Transport> transport(int* argc, char*** argv, Mailbox& mailbox) {
  silence_limit();  // a wrong one is said before anything starts
  if (!started_alone()) return std::make_unique<Transport>(argc, argv, mailbox);
  refuse_mismatch(1);
  return nullptr;
}

}  // namespace

Farm::Farm(int* argc, char*** argv)
    : host_(host_name()),
      parts_(std::make_unique<Parts>([&](Mailbox& mailbox) { return transport(argc, argv, mailbox); })) {
  rank_ = parts_->rank;
  size_ = parts_->size();
}

Farm::Farm() : host_(host_name()), parts_(std::make_unique<Parts>([](Mailbox&) { return nullptr; })) {}

Farm::~Farm() {
  StopState& stop = parts_->mailbox.stop;
  // The others cannot know that this one has gone; rank 0 can tell them, see the transport's end.
  if (rank_ != 0 && std::uncaught_exceptions() > 0 && stop.given_up != every_run)
    abort(static_cast<int>(ExitCode::internal));
  if (rank_ != 0) return;
  stop.give_up(every_run);
  parts_->local.end();  // before anything else does: the executor may ask this farm whether it is given up
}

std::vector<std::string> Farm::hosts() const { return parts_->hosts; }

FarmReport Farm::run(std::vector<Task> tasks, const Executor& executor, const FarmOptions& options,
                     const std::function<void(const Outcome&)>& on_outcome) {
  parts_->local.set_executor(executor);
  Dispatcher dispatcher(
      ++parts_->epoch, std::move(tasks), parts_->ranks(options.one_per_host), options, on_outcome,
      [this](Message message) { parts_->send(std::move(message)); }, parts_->mailbox.inbox, parts_->load);
  return dispatcher.run();
}

void Farm::serve(const Executor& executor) { parts_->remote.serve(executor); }

bool Farm::stop_requested() const { return parts_->worker().stop_requested(); }

bool Farm::given_up() const { return parts_->worker().given_up(); }

void Farm::abort(int exit_code) {
  if (parts_->transport) parts_->transport->abort(exit_code);
  flush_log();
  std::_Exit(exit_code);
}

}  // namespace flash
