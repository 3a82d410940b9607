#include "server/store/rocks_options.h"

#include "server/store/fault_hook.h"
#include "server/store/rocks_log.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

namespace tsunagi::store {
namespace {

constexpr std::size_t write_buffer_bytes = 16u << 20;  // of one family before it is flushed
constexpr std::size_t arena_block_bytes = 256u << 10;  // a family that is hardly written costs no more than this
constexpr std::uint64_t log_bytes_max = 64u << 20;     // bounds the replay at start to well under a second
constexpr int open_files_max = 512;                    // a table is up to 64 MB: 30 GB before one is closed and opened again
constexpr double bloom_bits_per_key = 10;              // one in a hundred absent keys costs a read
constexpr std::size_t metadata_block_bytes = 4u << 10;
/// Merging is the dearest work in the background, and each file that waits for it costs a reader one more look.
constexpr int unmerged_files_max = 8;

/// Families where most questions are for keys that are not there: has this event been taken, is this person known, is this timer set?
bool often_asked_in_vain(Space space)
{
    return space == Space::event || space == Space::identity || space == Space::entry || space == Space::timer;
}

/// Families whose keys are only asked for by who knows that they are there: an identity names its conversation.
bool never_asked_in_vain(Space space) { return space == Space::conversation; }

/// For rows that are mostly gone before they are flushed: neither packed nor sorted into levels. Their files are few and small,
/// unless LINE is away for hours.
void rest_briefly(rocksdb::ColumnFamilyOptions& family)
{
    family.compaction_style = rocksdb::kCompactionStyleUniversal;
    family.compression = rocksdb::kNoCompression;
    family.compression_per_level.clear();
}

}  // namespace

rocksdb::DBOptions database_options(const RocksOptions& options, std::shared_ptr<rocksdb::Cache> cache)
{
    rocksdb::DBOptions db;
    db.create_if_missing = true;
    db.create_missing_column_families = true;
    db.max_background_jobs = 2;
    db.max_open_files = open_files_max;
    db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.write_buffers_bytes, cache);
    db.max_total_wal_size = log_bytes_max;
    db.bytes_per_sync = 1u << 20;        // compactions reach the disk in small steps, so that they do not delay our syncs
    // What is read back from the log goes to a synced table before anybody is told of it. A process that died before its sync,
    // or whose sync failed, leaves bytes in the log that can be read and are not on the disk, and no later sync of the log need
    // put them there: were they called known and then lost with the power, nobody would send them again.
    db.avoid_flush_during_recovery = false;
    db.skip_stats_update_on_db_open = true;
    // One committer writes; what coordinates several writers would only cost.
    db.allow_concurrent_memtable_write = false;
    db.enable_write_thread_adaptive_yield = false;
    db.max_bgerror_resume_count = 0;  // the committer decides when and how, see RocksDatabase::reopen
    db.info_log = std::make_shared<RocksLog>(options.path);
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    const bool forgiving = !options.faults || options.faults->forgive_torn_log;
    db.wal_recovery_mode = forgiving ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                     : rocksdb::WALRecoveryMode::kAbsoluteConsistency;
    return db;
}

rocksdb::ColumnFamilyOptions family_options(Space space, std::shared_ptr<rocksdb::Cache> cache)
{
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = std::move(cache);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
    // Indexes and filters live in the cache, too, in small parts: memory stays bounded however many people there are.
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_top_level_index_and_filter = true;
    // Of what was flushed a moment ago the parts stay as well: the next message asks there first, and whether an event was
    // taken is asked of every such file. A few hundred KB; they go with the next compaction.
    table.metadata_cache_options.partition_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.metadata_block_size = metadata_block_bytes;
    table.format_version = 5;

    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.write_buffer_size = write_buffer_bytes;
    family.arena_block_size = arena_block_bytes;
    // The same to the last level: who has not written for long is read back at the same price as anybody.
    family.compression = space == Space::media ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
    family.level_compaction_dynamic_level_bytes = true;
    // What was just flushed is merged soon: packing it would be work done twice.
    family.compression_per_level = {rocksdb::kNoCompression, family.compression};
    if (!often_asked_in_vain(space)) family.level0_file_num_compaction_trigger = unmerged_files_max;
    if (space == Space::outbox) rest_briefly(family);
    family.optimize_filters_for_hits = never_asked_in_vain(space);  // the last level, which holds nearly all, needs none
    if (often_asked_in_vain(space)) {
        family.memtable_whole_key_filtering = true;
        family.memtable_prefix_bloom_size_ratio = 0.05;
    }
    return family;
}

}  // namespace tsunagi::store
