package aloft.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file on a disk that fails in the middle of a write when told so. */
final class FaultyChannel extends FileChannel {

    private final FileChannel inner;
    private final FakeDisk disk;

    FaultyChannel(FileChannel inner, FakeDisk disk) {
        this.inner = inner;
        this.disk = disk;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        boolean killed = disk.writesLeft.getAndDecrement() <= 0;
        if (disk.full || killed) {
            ByteBuffer half = from.slice();
            inner.write(half.limit(half.limit() / 2), position);
            if (killed) {
                throw new FakeDisk.Killed();
            }
            throw new IOException("No space left on device");
        }
        return inner.write(from, position);
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        return inner.read(to, position);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        inner.close();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return inner.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        return inner.read(to, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return inner.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return inner.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return inner.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        inner.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return inner.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        inner.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        throw new AssertionError("the cache never syncs");
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return inner.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return inner.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return inner.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return inner.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return inner.tryLock(position, size, shared);
    }
}
