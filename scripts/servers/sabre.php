<?php
// A WebDAV server made of sabre/dav, the engine of Nextcloud and its kin. Run by scripts/servers/start.
error_reporting(E_ERROR);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
require_once 'Sabre/autoload.php';

use Sabre\DAV;

class OneUser extends DAV\Auth\Backend\AbstractBasic
{
    protected function validateUserPass($user, $password)
    {
        return $user === 'user' && $password === 'pass';
    }
}

$home = getenv('SABRE_HOME');
$server = new DAV\Server(new DAV\FSExt\Directory($home . '/root'));
$server->setBaseUri('/');
$server->addPlugin(new DAV\Auth\Plugin(new OneUser(), 'dav'));
$server->addPlugin(new DAV\Locks\Plugin(new DAV\Locks\Backend\File($home . '/tmp/locks')));
$server->exec();
