#include "server/ops/verify.h"

#include "server/ops/runtime.h"
#include "server/store/rocks_store.h"

#include <filesystem>
#include <ostream>

namespace tsunagi::ops {
namespace {

void print(const Verified& verified, std::ostream& out)
{
    out << verified.conversations << " conversations, " << verified.entries << " log entries, " << verified.outbox_rows
        << " requests waiting, " << verified.timers << " timer rows, " << verified.events << " event ids\n";
    for (const auto& broken : verified.broken) {
        out << "BROKEN " << broken.what << " (" << broken.count << "):";
        for (const auto& where : broken.where) out << ' ' << where;
        out << (broken.where.size() < broken.count ? " ...\n" : "\n");
    }
    out << (verified.ok() ? "everything holds\n" : "this store is damaged: keep what is there, then bring a copy back: tsunagi restore\n");
}

}  // namespace

int verify(const std::string& data_dir, std::ostream& out, std::ostream& err)
{
    const auto path = std::filesystem::path(data_dir) / "store";
    if (!std::filesystem::exists(path)) {
        err << "tsunagi: there is no store in " << data_dir << '\n';
        return 1;
    }
    try {
        Runtime runtime(1);  // outlives the store, whose last answers are posted to its threads
        const auto store = store::open_rocks_store({.path = path});
        Verified verified;
        auto look = [&]() -> net::awaitable<void> { verified = co_await verify_store(*store); };
        runtime.run(look());
        runtime.stop();
        print(verified, out);
        return verified.ok() ? 0 : 1;
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << '\n';
        return 1;
    }
}

}  // namespace tsunagi::ops
