/* The least that requests at given instants cost: a loop that sleeps until the next is due or an answer is there, and
 * does nothing else. It reads no HTTP, keeps no histograms and knows no users. What it takes is the kernel's part.
 * Prints in milliseconds, as JSON, how late it sent and how long after its instant each answer was there.
 *
 *   open PORT RATE SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, SECOND = 1000000000 };

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int ascending(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

int main(int count, char **words) {
  if (count != 4) {
    fprintf(stderr, "usage: open PORT RATE SECONDS\n");
    return 2;
  }
  int port = atoi(words[1]);
  long rate = atol(words[2]), total = rate * atol(words[3]);
  int sockets[CONNECTIONS], idle[CONNECTIONS], idles = 0, epoll = epoll_create1(0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  prctl(PR_SET_TIMERSLACK, 1);
  for (int i = 0; i < CONNECTIONS; i++) {
    int one = 1;
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = i};
    sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(sockets[i], (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(sockets[i], F_SETFL, O_NONBLOCK);
    epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event);
    idle[idles++] = i;
  }
  char request[128], answer[65536];
  int length = snprintf(request, sizeof request, "GET /customerdata/17 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", port);
  long *lag = malloc(total * sizeof *lag), *took = malloc(total * sizeof *took), asked[CONNECTIONS];
  long sent = 0, answered = 0, start = now();
  while (sent < total) {
    long due = start + sent * SECOND / rate, t = now();
    for (; sent < total && due <= t && idles > 0; due = start + sent * SECOND / rate) {
      if (write(sockets[idle[--idles]], request, length) != length) fail("write");
      asked[idle[idles]] = due;
      lag[sent++] = t - due;
    }
    long sleep = due - now();
    struct timespec until = {.tv_sec = 0, .tv_nsec = sleep < 0 ? 0 : sleep};
    struct epoll_event events[CONNECTIONS];
    int ready = epoll_pwait2(epoll, events, CONNECTIONS, &until, NULL);
    for (int i = 0; i < ready; i++) {
      if (read(sockets[events[i].data.u32], answer, sizeof answer) <= 0) fail("read");
      took[answered++] = now() - asked[events[i].data.u32];
      idle[idles++] = events[i].data.u32;
    }
  }
  qsort(lag, total, sizeof *lag, ascending);
  qsort(took, answered, sizeof *took, ascending);
  printf("{\"lagP50Ms\": %.3f, \"lagP99Ms\": %.3f, ", lag[total / 2] / 1e6, lag[total * 99 / 100] / 1e6);
  printf("\"p50Ms\": %.3f, \"p90Ms\": %.3f, ", took[answered / 2] / 1e6, took[answered * 9 / 10] / 1e6);
  printf("\"p99Ms\": %.3f, \"maxMs\": %.3f}\n", took[answered * 99 / 100] / 1e6, took[answered - 1] / 1e6);
}
