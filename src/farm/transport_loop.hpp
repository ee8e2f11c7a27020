// What the MPI thread does from the start of MPI to its end.
#pragma once

#include <limits>
#include <list>
#include <vector>

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include "flash/core/clock.hpp"
#include "transport.hpp"

namespace flash {

class Transport::Loop {
 public:
  explicit Loop(Transport& transport);
  void run();  // returns after MPI_Finalize

 private:
  struct Outgoing {  // MPI reads both until the requests are done, so they stay where they are
    Header header;
    std::string payload;
    MPI_Request requests[2];
  };
  struct Incoming {
    Message message;
    MPI_Request request;
  };

  void carry_messages();
  bool progress();
  bool start_sends();
  bool finish_sends();
  bool receive_headers();
  bool receive_payloads();
  void deliver(Message message);
  void post_header_receive();
  void give_signs_of_life();
  void check_silence();
  void rest();
  bool may_end();

  void send_now(Message message);
  void send_to_all(Kind kind, std::uint64_t index = 0);
  [[noreturn]] void abort_mpi(int exit_code);

  Transport& transport_;
  const int rank_;
  const int size_;
  const double silence_limit_;  // s
  std::list<Outgoing> outgoing_;
  std::list<Incoming> incoming_;
  Header header_;
  MPI_Request header_request_ = MPI_REQUEST_NULL;

  const Stopwatch& clock_;
  std::vector<Heard>& heard_;  // rank 0 listens to all, the others to rank 0
  double last_round_;
  double last_sign_ = -std::numeric_limits<double>::infinity();
  int idle_rounds_ = 0;

  bool closing_ = false;  // the owner is in its destructor
  bool quit_ = false;     // worker: rank 0 has said quit; rank 0: has said it
  double quit_time_ = 0;
  bool said_bye_ = false;
  int byes_ = 0;
};

}  // namespace flash
