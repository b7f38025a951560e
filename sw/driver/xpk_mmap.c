/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "driver/xpk_mmap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int write_words(void* context, uint32_t address, const uint32_t* words, size_t count) {
  const xpk_mmap* const map = context;
  for (size_t i = 0; i < count; ++i) map->registers[address] = words[i];
  return 0;
}

static int read_word(void* context, uint32_t address, uint32_t* word) {
  const xpk_mmap* const map = context;
  *word = map->registers[address];
  return 0;
}

int xpk_mmap_open(xpk_mmap* map, const char* path, uint64_t offset, xpk_transport* transport) {
  map->registers = NULL;
  map->file = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
  if (map->file < 0) return -1;
  void* const base =
      mmap(NULL, XPK_MMAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, map->file, (off_t)offset);
  if (base == MAP_FAILED) {
    (void)close(map->file);
    map->file = -1;
    return -1;
  }
  map->registers = base;
  const xpk_transport functions = {.context = map, .write = write_words, .read = read_word};
  *transport = functions;
  return 0;
}

void xpk_mmap_close(xpk_mmap* map) {
  if (map->registers != NULL) {
    void* const base = (void*)(uintptr_t)map->registers;
    (void)munmap(base, XPK_MMAP_BYTES);
    (void)close(map->file);
  }
  map->registers = NULL;
  map->file = -1;
}
