#pragma once
// Only included by rocks_*.cpp.
#include "server/store/backup.h"

#include <mutex>

namespace rocksdb {
class BackupEngine;
class DB;
}

namespace tsunagi::store {

/// Makes copies of an open database, one at a time.
class BackupMaker {
public:
    /// A copy of `db`, which must stay open until this returns. It is looked at before an older one goes; one that cannot go is an error, too. Blocks for as long as
    /// it takes to write; the error says in words why there is none.
    Result<Backup, std::string> make(rocksdb::DB& db, const BackupPlan& plan);

    /// Ends the copying that is under way soon, and lets none begin any more: the database is to be closed. Any thread.
    void hold_off();

    /// The same for as long as it lives.
    class Pause {
    public:
        explicit Pause(BackupMaker& maker) : maker_(maker) { maker_.hold_off(); }
        ~Pause() { maker_.go_on(); }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        BackupMaker& maker_;
    };

private:
    void go_on();
    bool begin(rocksdb::BackupEngine& engine);
    void end();

    std::mutex mutex_;
    int held_off_ = 0;                         // by so many
    rocksdb::BackupEngine* engine_ = nullptr;  // while it copies
};

}  // namespace tsunagi::store
